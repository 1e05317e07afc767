import JSON

extension JSONValue {
  private static let secretKeys: Set<String> = [
    "database_url", "password", "sslpassword", "sslkey",
  ]

  /// Those whose members are headers of webhooks, or variables of the environment, by name.
  private static let keysOfValues: Set<String> = ["add_headers", "env"]

  /// The same value without what commands of the metadata API are known to hold secrets in: addresses of
  /// databases, passwords, the values of headers and what stands before the host in other addresses.
  var maskingSecrets: JSONValue {
    switch self {
    case .string(let text): return .string(Self.maskingUser(of: text))
    case .array(let elements): return .array(elements.map(\.maskingSecrets))
    case .object(let object):
      let isHeader = object["name"] != nil && object["value"]?.string != nil
      var masked = JSONObject()
      for member in object.members {
        let isSecret = Self.secretKeys.contains(member.key) || isHeader && member.key == "value"
        let hides = isSecret && member.value.string != nil
        let value =
          Self.keysOfValues.contains(member.key)
          ? member.value.maskingMembers : member.value.maskingSecrets
        masked.append(member.key, hides ? "***" : value)
      }
      return .object(masked)
    default: return self
    }
  }

  private var maskingMembers: JSONValue {
    guard let object else { return maskingSecrets }
    var masked = JSONObject()
    for member in object.members { masked.append(member.key, "***") }
    return .object(masked)
  }

  /// A URL without its user and password.
  private static func maskingUser(of text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    let rest = text[scheme.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let end = authority.lastIndex(of: "@") else { return text }
    return text[..<scheme.upperBound] + "***" + text[end...]
  }
}
