import CWslay

/// The head of a frame that a server sends: whole messages, unmasked, RFC 6455, section 5.2.
enum FrameHeader {
  static let maximumByteCount = 10

  static func append(
    opcode: wslay_opcode,
    isCompressed: Bool = false,
    payloadByteCount count: Int,
    to bytes: inout [UInt8]
  ) {
    let reserved: UInt8 = isCompressed ? 0x40 : 0
    bytes.append(0x80 | reserved | UInt8(truncatingIfNeeded: opcode.rawValue))
    switch count {
    case ..<126: bytes.append(UInt8(truncatingIfNeeded: count))
    case ..<65536:
      bytes.append(126)
      append(count, byteCount: 2, to: &bytes)
    default:
      bytes.append(127)
      append(count, byteCount: 8, to: &bytes)
    }
  }

  private static func append(_ number: Int, byteCount: Int, to bytes: inout [UInt8]) {
    for index in (0..<byteCount).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index)))
    }
  }
}
