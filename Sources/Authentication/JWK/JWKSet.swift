import JSON

/// The keys of a set that tokens can be verified with: RFC 7517 §5.
package struct JWKSet: Sendable {
  package let keys: [KeyMaterial]

  /// Leaves keys out that are for something else, as the RFC says; a set without `keys` is none.
  ///
  /// One key alone, without a set around it, is taken too.
  package init(_ body: [UInt8], _ allowed: Set<JWTAlgorithm> = []) throws(KeyError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: body.span, maximumDepth: CompactToken.maximumDepth)
    } catch {
      throw KeyError("not JSON: \(error)")
    }
    let elements: [JSONValue]
    if let array = value["keys"]?.array {
      elements = array
    } else if value["kty"] != nil {
      elements = [value]
    } else {
      throw KeyError("key \"keys\" not found")
    }
    keys = elements.prefix(JWKSet.maximumKeys).compactMap { element in
      guard case .object(let object) = element else { return nil }
      return try? KeyMaterial(jwk: object, allowed)
    }
  }

  /// More keys than anyone rotates through.
  private static let maximumKeys = 256
}
