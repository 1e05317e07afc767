import COpenSSL

/// The admin secret, kept as its digest.
///
/// Both sides are hashed first and the digests compared in constant time, so that neither the
/// content nor the length of the secret shows in how long an answer takes. Bytes are compared: among
/// characters, "é" is the same in two spellings.
struct AdminSecret: Sendable {
  private let digest: [UInt8]

  init(_ secret: String) {
    digest = AdminSecret.digest(of: Array(secret.utf8)[...])
  }

  func matches(_ candidate: ArraySlice<UInt8>) -> Bool {
    let other = AdminSecret.digest(of: candidate)
    return digest.withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
      }
    }
  }

  private static func digest(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
      bytes.withUnsafeBufferPointer { _ = SHA256($0.baseAddress, $0.count, digest.baseAddress) }
      count = Int(SHA256_DIGEST_LENGTH)
    }
  }
}
