import COpenSSL

/// A public key of OpenSSL's; for one thread.
final class PublicKey {
  private let key: OpaquePointer

  /// Takes the key over.
  private init(taking key: OpaquePointer) {
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// A public key or a certificate in PEM; a private key is refused, for it has no business here.
  static func pem(_ text: String) throws(KeyError) -> PublicKey {
    let bytes = Array(text.utf8)
    guard bytes.firstRange(of: Array("PRIVATE KEY".utf8)) == nil else {
      throw KeyError("Could not decode PEM: it is a private key, and the public one is needed")
    }
    guard let key = bytes.withUnsafeBufferPointer({ apus_key_from_pem($0.baseAddress, $0.count) })
    else {
      throw KeyError("Could not decode PEM: it is neither a public key nor a certificate")
    }
    return PublicKey(taking: key)
  }

  /// A key as ``der`` gives it.
  static func der(_ bytes: [UInt8]) -> PublicKey? {
    let key = bytes.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_PUBKEY(nil, &start, buffer.count)
    }
    return key.map(PublicKey.init(taking:))
  }

  /// An RSA key of its numbers, the first byte the highest.
  static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
    guard modulus.count <= 2048, exponent.count <= 8 else { return nil }
    return apus_key_from_rsa(modulus, Int32(modulus.count), exponent, Int32(exponent.count))
      .map(PublicKey.init(taking:))
  }

  /// A key on a curve; nil where the point is not on it.
  static func point(curve: String, x: [UInt8], y: [UInt8]) -> PublicKey? {
    let point = [4] + x + y
    return apus_key_from_point(curve, point, point.count).map(PublicKey.init(taking:))
  }

  static func ed25519(_ bytes: [UInt8]) -> PublicKey? {
    apus_key_from_ed25519(bytes, bytes.count).map(PublicKey.init(taking:))
  }

  var bits: Int { Int(EVP_PKEY_get_bits(key)) }

  /// Which algorithms it is for; nil where for none.
  var family: JWTAlgorithm.Family? {
    switch EVP_PKEY_get_base_id(key) {
    case EVP_PKEY_RSA: return .rsa
    case EVP_PKEY_ED25519: return .ed25519
    case EVP_PKEY_EC:
      let name = [CChar](unsafeUninitializedCapacity: 64) { buffer, count in
        var length = 0
        _ = EVP_PKEY_get_group_name(key, buffer.baseAddress, buffer.count, &length)
        count = length
      }
      let curve = String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return [JWTAlgorithm.es256, .es384, .es512].map(\.family).first {
        if case .ecdsa(curve, _) = $0 { true } else { false }
      }
    default: return nil
    }
  }

  /// The key as bytes.
  var der: [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_PUBKEY(key, &bytes)
    guard count > 0, let bytes else { return nil }
    defer { CRYPTO_free(bytes, nil, 0) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// Whether the signature, as JSON Web Signatures have it, is that of the data.
  func verifies(
    _ signature: [UInt8],
    of data: ArraySlice<UInt8>,
    by algorithm: JWTAlgorithm
  ) -> Bool {
    guard family == algorithm.family else { return false }
    guard case .ecdsa(_, let size) = algorithm.family else {
      return signature.withUnsafeBufferPointer { verifies($0, data, algorithm) }
    }
    // RFC 7518 §3.4: r and s, each as long as the curve's coordinates.
    guard signature.count == 2 * size else { return false }
    var der: UnsafeMutablePointer<UInt8>?
    let count = apus_ecdsa_der(signature, Int32(signature.count), &der)
    defer { CRYPTO_free(der, nil, 0) }
    guard count > 0 else { return false }
    return verifies(UnsafeBufferPointer(start: der, count: Int(count)), data, algorithm)
  }

  private func verifies(
    _ signature: UnsafeBufferPointer<UInt8>,
    _ data: ArraySlice<UInt8>,
    _ algorithm: JWTAlgorithm
  ) -> Bool {
    data.withUnsafeBufferPointer { data in
      apus_verify(
        key,
        algorithm.digest,
        algorithm.rsaPadding,
        signature.baseAddress,
        signature.count,
        data.baseAddress,
        data.count
      ) == 1
    }
  }
}
