import COpenSSL

/// How a token is signed, under the names of RFC 7518 §3.1 and RFC 8037; `none` is not one.
package enum JWTAlgorithm: String, CaseIterable, Hashable, Sendable {
  case hs256 = "HS256"
  case hs384 = "HS384"
  case hs512 = "HS512"
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"
  case ed25519 = "EdDSA"

  /// What kind of key it needs.
  enum Family: Hashable, Sendable {
    case hmac, rsa, ed25519
    case ecdsa(curve: String, coordinateBytes: Int)
  }

  var family: Family {
    switch self {
    case .hs256, .hs384, .hs512: .hmac
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
    case .es256: .ecdsa(curve: "prime256v1", coordinateBytes: 32)
    case .es384: .ecdsa(curve: "secp384r1", coordinateBytes: 48)
    case .es512: .ecdsa(curve: "secp521r1", coordinateBytes: 66)
    case .ed25519: .ed25519
    }
  }

  /// The name under which Hasura's configuration has it.
  package var configurationName: String { self == .ed25519 ? "Ed25519" : rawValue }

  package init?(configurationName: String) {
    if configurationName == "Ed25519" {
      self = .ed25519
    } else if let algorithm = JWTAlgorithm(rawValue: configurationName) {
      self = algorithm
    } else {
      return nil
    }
  }

  /// OpenSSL's digest; nil where the algorithm brings its own.
  var digest: OpaquePointer? {
    switch self {
    case .hs256, .rs256, .ps256, .es256: EVP_sha256()
    case .hs384, .rs384, .ps384, .es384: EVP_sha384()
    case .hs512, .rs512, .ps512, .es512: EVP_sha512()
    case .ed25519: nil
    }
  }

  /// The bytes that a shared secret needs to have at least.
  var minimumSecretBytes: Int {
    switch self {
    case .hs384: 48
    case .hs512: 64
    default: 32
    }
  }

  var rsaPadding: Int32 {
    switch self {
    case .rs256, .rs384, .rs512: RSA_PKCS1_PADDING
    case .ps256, .ps384, .ps512: RSA_PKCS1_PSS_PADDING
    default: 0
    }
  }
}
