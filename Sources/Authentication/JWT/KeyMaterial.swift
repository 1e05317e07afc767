import COpenSSL

/// A key as loops share it: bytes, of which each loop makes a key of its own.
package struct KeyMaterial: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case secret([UInt8])
    /// The DER of RFC 5280's SubjectPublicKeyInfo.
    case publicKey([UInt8])
  }

  let content: Content
  /// What it may verify; a token cannot choose another.
  let algorithms: Set<JWTAlgorithm>
  /// The `kid` of a key of a set.
  let id: String?

  /// An RSA key below this is refused, as it is in Hasura.
  static let minimumRSABits = 2048

  init(secret: [UInt8], _ algorithms: Set<JWTAlgorithm>, id: String? = nil) {
    content = .secret(secret)
    self.algorithms = algorithms
    self.id = id
  }

  /// Takes what the key is fit for out of the algorithms; throws where nothing is left.
  init(
    _ key: PublicKey,
    _ algorithms: Set<JWTAlgorithm>,
    id: String? = nil
  ) throws(KeyError) {
    let fitting = algorithms.filter { $0.family == key.family }
    guard !fitting.isEmpty else {
      throw KeyError("the key is not one for \(KeyMaterial.names(algorithms))")
    }
    if key.family == .rsa, key.bits < KeyMaterial.minimumRSABits {
      throw KeyError(
        "the RSA key has \(key.bits) bits, and \(KeyMaterial.minimumRSABits) are needed"
      )
    }
    guard let der = key.der else { throw KeyError("the key cannot be used") }
    content = .publicKey(der)
    self.algorithms = fitting
    self.id = id
  }

  private static func names(_ algorithms: Set<JWTAlgorithm>) -> String {
    algorithms.map(\.configurationName).sorted().joined(separator: ", ")
  }
}

/// Why a key cannot be used: never with the key.
package struct KeyError: Error, Hashable, Sendable {
  package var message: String

  init(_ message: String) {
    self.message = message
  }
}
