/// Frames as a client sends them.
enum ClientFrame {
  static let text: UInt8 = 1
  static let binary: UInt8 = 2
  static let close: UInt8 = 8
  static let ping: UInt8 = 9
  static let pong: UInt8 = 10

  static func make(
    _ opcode: UInt8,
    _ payload: [UInt8],
    isFinal: Bool = true,
    reserved: UInt8 = 0,
    isMasked: Bool = true
  ) -> [UInt8] {
    let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var frame = head(
      opcode,
      count: payload.count,
      isFinal: isFinal,
      reserved: reserved,
      isMasked: isMasked
    )
    guard isMasked else { return frame + payload }
    frame += mask
    for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
    return frame
  }

  static func text(_ text: String, isFinal: Bool = true) -> [UInt8] {
    make(Self.text, Array(text.utf8), isFinal: isFinal)
  }

  /// The head without the mask.
  static func head(
    _ opcode: UInt8,
    count: Int,
    isFinal: Bool = true,
    reserved: UInt8 = 0,
    isMasked: Bool = true
  ) -> [UInt8] {
    let mask: UInt8 = isMasked ? 0x80 : 0
    let first = (isFinal ? 0x80 : 0) | reserved << 4 | opcode
    switch count {
    case ..<126: return [first, mask | UInt8(count)]
    case ..<65536: return [first, mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
    default:
      return [first, mask | 127] + (0..<8).reversed().map { UInt8(count >> (8 * $0) & 0xFF) }
    }
  }
}
