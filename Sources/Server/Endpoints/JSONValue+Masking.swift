import JSON

extension JSONValue {
  private static let secretKeys: Set<String> = [
    "database_url", "password", "sslpassword", "sslkey",
  ]

  /// The same value without what commands of the metadata API are known to hold secrets in: addresses of
  /// databases, passwords and the values of headers.
  var maskingSecrets: JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.maskingSecrets))
    case .object(let object):
      let isHeader = object["name"] != nil && object["value"]?.string != nil
      var masked = JSONObject()
      for member in object.members {
        let isSecret = Self.secretKeys.contains(member.key) || isHeader && member.key == "value"
        let hides = isSecret && member.value.string != nil
        masked.append(member.key, hides ? "***" : member.value.maskingSecrets)
      }
      return .object(masked)
    default: return self
    }
  }
}
