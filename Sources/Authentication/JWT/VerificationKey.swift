import COpenSSL

/// A key that one loop verifies with.
struct VerificationKey {
  private enum Content {
    case secret([UInt8])
    case publicKey(PublicKey)
  }

  private let content: Content
  private let material: KeyMaterial

  /// Nil where OpenSSL does not take the key any more, which it has taken before.
  init?(_ material: KeyMaterial) {
    self.material = material
    switch material.content {
    case .secret(let secret): content = .secret(secret)
    case .publicKey(let der):
      guard let key = PublicKey.der(der) else { return nil }
      content = .publicKey(key)
    }
  }

  /// The name that tokens call it by.
  var id: String? { material.id }

  func mayVerify(_ algorithm: JWTAlgorithm) -> Bool { material.algorithms.contains(algorithm) }

  func verifies(
    _ signature: [UInt8],
    of data: ArraySlice<UInt8>,
    by algorithm: JWTAlgorithm
  ) -> Bool {
    guard mayVerify(algorithm) else { return false }
    switch content {
    case .publicKey(let key): return key.verifies(signature, of: data, by: algorithm)
    case .secret(let secret):
      guard algorithm.family == .hmac else { return false }
      let code = VerificationKey.hmac(data, secret, algorithm)
      return code.count == signature.count
        && CRYPTO_memcmp(code, signature, code.count) == 0
    }
  }

  private static func hmac(
    _ data: ArraySlice<UInt8>,
    _ secret: [UInt8],
    _ algorithm: JWTAlgorithm
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { code, count in
      var length: UInt32 = 0
      data.withUnsafeBufferPointer { data in
        _ = HMAC(
          algorithm.digest,
          secret,
          Int32(secret.count),
          data.baseAddress,
          data.count,
          code.baseAddress,
          &length
        )
      }
      count = Int(length)
    }
  }
}
