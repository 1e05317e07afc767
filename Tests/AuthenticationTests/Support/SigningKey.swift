import COpenSSL
import JSON

@testable import Authentication

/// A key pair of a test's own, which signs tokens.
final class SigningKey {
  private let key: OpaquePointer?
  private let secret: [UInt8]
  let algorithm: JWTAlgorithm

  struct Failure: Error {}

  /// Makes a pair for an algorithm; `secret` for those that share one.
  init(_ algorithm: JWTAlgorithm, secret: [UInt8] = [], rsaBits: Int32 = 2048) throws {
    self.algorithm = algorithm
    self.secret = secret
    switch algorithm.family {
    case .hmac: key = nil
    case .rsa:
      key = try SigningKey.generate("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, rsaBits) }
    case .ecdsa(let curve, _):
      key = try SigningKey.generate("EC") { EVP_PKEY_CTX_set_group_name($0, curve) }
    case .ed25519: key = try SigningKey.generate("ED25519") { _ in 1 }
    }
  }

  deinit { EVP_PKEY_free(key) }

  private static func generate(
    _ type: String,
    _ configure: (OpaquePointer?) -> Int32
  ) throws -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, configure(context) == 1,
      EVP_PKEY_keygen(context, &key) == 1, let key
    else { throw Failure() }
    return key
  }

  // MARK: - The public half

  /// `PUBLIC KEY` in PEM, or the secret as text.
  var pem: String {
    guard let key else { return String(decoding: secret, as: UTF8.self) }
    return SigningKey.text { PEM_write_bio_PUBKEY($0, key) }
  }

  var privatePEM: String {
    SigningKey.text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
  }

  /// A certificate of the key, signed by itself.
  var certificate: String {
    let certificate = X509_new()
    defer { X509_free(certificate) }
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0)
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600)
    X509_set_pubkey(certificate, key)
    X509_sign(certificate, key, algorithm.digest)
    return SigningKey.text { PEM_write_bio_X509($0, certificate) }
  }

  private static func text(_ write: (OpaquePointer?) -> Int32) -> String {
    let bio = BIO_new(BIO_s_mem())
    defer { BIO_free(bio) }
    _ = write(bio)
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = BIO_read(bio, &bytes, Int32(bytes.count))
    return String(decoding: bytes.prefix(Int(max(count, 0))), as: UTF8.self)
  }

  /// The key of RFC 7517.
  func jwk(_ members: [JSONObject.Member] = []) -> JSONValue {
    var jwk = JSONObject()
    switch algorithm.family {
    case .hmac:
      jwk["kty"] = "oct"
      jwk["k"] = SigningKey.base64(secret)
    case .rsa:
      jwk["kty"] = "RSA"
      jwk["n"] = SigningKey.base64(number(OSSL_PKEY_PARAM_RSA_N))
      jwk["e"] = SigningKey.base64(number(OSSL_PKEY_PARAM_RSA_E))
    case .ecdsa(let curve, let size):
      jwk["kty"] = "EC"
      let names = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]
      jwk["crv"] = .string(names[curve] ?? "")
      jwk["x"] = SigningKey.base64(number(OSSL_PKEY_PARAM_EC_PUB_X, size))
      jwk["y"] = SigningKey.base64(number(OSSL_PKEY_PARAM_EC_PUB_Y, size))
    case .ed25519:
      jwk["kty"] = "OKP"
      jwk["crv"] = "Ed25519"
      var bytes = [UInt8](repeating: 0, count: 32)
      var count = bytes.count
      EVP_PKEY_get_raw_public_key(key, &bytes, &count)
      jwk["x"] = SigningKey.base64(bytes)
    }
    for member in members { jwk[member.key] = member.value }
    return .object(jwk)
  }

  private func number(_ name: String, _ size: Int? = nil) -> [UInt8] {
    var number: OpaquePointer?
    EVP_PKEY_get_bn_param(key, name, &number)
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: size ?? Int(BN_num_bits(number) + 7) / 8)
    BN_bn2binpad(number, &bytes, Int32(bytes.count))
    return bytes
  }

  // MARK: - Tokens

  /// A token with these claims, whose head may say other things than it should.
  func token(_ claims: JSONValue, header: [JSONObject.Member] = []) -> String {
    var head: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
    for member in header { head[member.key] = member.value }
    let signed =
      Base64URL.encode(JSONValue.object(head).serialized) + [UInt8(ascii: ".")]
      + Base64URL.encode(claims.serialized)
    let token = signed + [UInt8(ascii: ".")] + Base64URL.encode(signature(of: signed))
    return String(decoding: token, as: UTF8.self)
  }

  private func signature(of data: [UInt8]) -> [UInt8] {
    guard let key else {
      var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
      var count: UInt32 = 0
      HMAC(
        algorithm.digest,
        secret,
        Int32(secret.count),
        data,
        data.count,
        &code,
        &count
      )
      return Array(code.prefix(Int(count)))
    }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var options: OpaquePointer?
    EVP_DigestSignInit(context, &options, algorithm.digest, nil, key)
    if algorithm.rsaPadding != 0 {
      EVP_PKEY_CTX_set_rsa_padding(options, algorithm.rsaPadding)
    }
    if algorithm.rsaPadding == RSA_PKCS1_PSS_PADDING {
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST)
    }
    var signature = [UInt8](repeating: 0, count: 1024)
    var count = signature.count
    EVP_DigestSign(context, &signature, &count, data, data.count)
    signature = Array(signature.prefix(count))
    guard case .ecdsa(_, let size) = algorithm.family else { return signature }
    return signature.withUnsafeBufferPointer { der in
      var start = der.baseAddress
      let pair = d2i_ECDSA_SIG(nil, &start, der.count)
      defer { ECDSA_SIG_free(pair) }
      var raw = [UInt8](repeating: 0, count: 2 * size)
      raw.withUnsafeMutableBufferPointer { raw in
        _ = BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.baseAddress, Int32(size))
        _ = BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.baseAddress?.advanced(by: size), Int32(size))
      }
      return raw
    }
  }

  private static func base64(_ bytes: [UInt8]) -> JSONValue {
    .string(String(decoding: Base64URL.encode(bytes), as: UTF8.self))
  }
}
