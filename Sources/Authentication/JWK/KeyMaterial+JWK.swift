import JSON

extension KeyMaterial {
  /// A key of RFC 7517; only for the given algorithms, where there are some.
  ///
  /// What the key says of itself narrows what it is for and never widens it.
  init(jwk: JSONObject, _ allowed: Set<JWTAlgorithm> = []) throws(KeyError) {
    var algorithms = allowed.isEmpty ? Set(JWTAlgorithm.allCases) : allowed
    if let name = jwk["alg"]?.string {
      // A key for encryption names an algorithm that signs nothing.
      algorithms = algorithms.filter { $0.rawValue == name }
      guard !algorithms.isEmpty else { throw KeyError("the key's alg is not for these tokens") }
    }
    if let use = jwk["use"]?.string, use != "sig" { throw KeyError("the key is not for signing") }
    if let operations = jwk["key_ops"]?.array, !operations.contains("verify") {
      throw KeyError("the key is not for verifying")
    }
    let id = jwk["kid"]?.string
    if jwk["kty"] == "oct" {
      let secret = try KeyMaterial.bytes("k", jwk)
      algorithms = algorithms.filter {
        $0.family == .hmac && secret.count >= $0.minimumSecretBytes
      }
      guard !algorithms.isEmpty else { throw KeyError("the secret is too short") }
      self.init(secret: secret, algorithms, id: id)
    } else {
      try self.init(try KeyMaterial.publicKey(jwk), algorithms, id: id)
    }
  }

  private static func publicKey(_ jwk: JSONObject) throws(KeyError) -> PublicKey {
    let key: PublicKey?
    switch (jwk["kty"]?.string, jwk["crv"]?.string) {
    case ("RSA", _):
      key = PublicKey.rsa(modulus: try bytes("n", jwk), exponent: try bytes("e", jwk))
    case ("EC", "P-256"): key = try point("prime256v1", 32, jwk)
    case ("EC", "P-384"): key = try point("secp384r1", 48, jwk)
    case ("EC", "P-521"): key = try point("secp521r1", 66, jwk)
    case ("OKP", "Ed25519"): key = PublicKey.ed25519(try bytes("x", jwk))
    default: throw KeyError("the key's kty or crv is not supported")
    }
    guard let key else { throw KeyError("the key's numbers are no key") }
    return key
  }

  private static func point(
    _ curve: String,
    _ size: Int,
    _ jwk: JSONObject
  ) throws(KeyError) -> PublicKey? {
    let (x, y) = (try bytes("x", jwk), try bytes("y", jwk))
    // RFC 7518 §6.2.1.2: as long as the curve's coordinates.
    guard x.count == size, y.count == size else { return nil }
    return PublicKey.point(curve: curve, x: x, y: y)
  }

  private static func bytes(_ name: String, _ jwk: JSONObject) throws(KeyError) -> [UInt8] {
    guard let text = jwk[name]?.string, let bytes = Base64URL.decode(Array(text.utf8)[...]) else {
      throw KeyError("the key's '\(name)' is not base64url")
    }
    return bytes
  }
}
