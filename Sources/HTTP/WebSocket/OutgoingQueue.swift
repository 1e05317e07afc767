import CWslay

/// The messages of a websocket that wait to be written, as frames of bytes that many may share.
struct OutgoingQueue {
  /// A frame's payload in up to three parts, none of them copied.
  struct Frame {
    var opcode: wslay_opcode
    var isCompressed = false
    var head: [UInt8]
    var payload: [UInt8] = []
    var tail: [UInt8] = []

    var payloadByteCount: Int { head.count + payload.count + tail.count }
    var byteCount: Int { payloadByteCount + FrameHeader.maximumByteCount }

    /// Appends the frame whole.
    func append(to bytes: inout [UInt8]) {
      appendHead(to: &bytes)
      bytes.append(contentsOf: payload)
      bytes.append(contentsOf: tail)
    }

    fileprivate func appendHead(to bytes: inout [UInt8]) {
      FrameHeader.append(
        opcode: opcode,
        isCompressed: isCompressed,
        payloadByteCount: payloadByteCount,
        to: &bytes
      )
      bytes.append(contentsOf: head)
    }
  }

  private var frames: [Frame] = []
  /// What is left of the last frame behind a payload that was too large to be copied.
  private var rest: [UInt8] = []
  /// What waits, about.
  private(set) var byteCount = 0

  var isEmpty: Bool { frames.isEmpty && rest.isEmpty }

  mutating func append(_ frame: Frame) {
    frames.append(frame)
    byteCount += frame.byteCount
  }

  /// Replaces a pong that waits: the peer wants to hear of its last ping only, section 5.5.3.
  mutating func appendPong(_ payload: [UInt8]) {
    let frame = Frame(opcode: WSLAY_PONG, head: payload)
    if let index = frames.firstIndex(where: { $0.opcode == WSLAY_PONG }) {
      byteCount += frame.byteCount - frames[index].byteCount
      frames[index] = frame
    } else {
      append(frame)
    }
  }

  mutating func removeAll() {
    frames = []
    byteCount = rest.count
  }

  /// Takes bytes to be written in one go: small frames are put one behind the other, and a large
  /// payload, returned, is to be written after them from where it is.
  mutating func take(into bytes: inout [UInt8], limit: Int, copiedBytes: Int) -> [UInt8] {
    bytes.append(contentsOf: rest)
    byteCount -= rest.count
    rest = []
    var taken = 0
    defer {
      if taken == frames.count { frames = [] } else { frames.removeFirst(taken) }
    }
    while taken < frames.count, bytes.count < limit {
      let frame = frames[taken]
      taken += 1
      byteCount -= frame.byteCount
      frame.appendHead(to: &bytes)
      guard frame.payload.count <= copiedBytes else {
        rest = frame.tail
        byteCount += rest.count
        return frame.payload
      }
      bytes.append(contentsOf: frame.payload)
      bytes.append(contentsOf: frame.tail)
    }
    return []
  }
}
