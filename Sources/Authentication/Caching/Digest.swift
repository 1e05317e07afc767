import COpenSSL

/// The SHA-256 of bytes, by which a secret is known without being kept.
struct Digest: Hashable, Sendable {
  private var a: UInt64 = 0
  private var b: UInt64 = 0
  private var c: UInt64 = 0
  private var d: UInt64 = 0

  init(of bytes: UnsafeRawBufferPointer) {
    withUnsafeMutableBytes(of: &self) { digest in
      _ = SHA256(
        bytes.bindMemory(to: UInt8.self).baseAddress,
        bytes.count,
        digest.bindMemory(to: UInt8.self).baseAddress
      )
    }
  }

  init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { Digest(of: $0) }
  }
}
