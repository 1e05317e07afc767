import JSON

/// Keeps credentials out of what is stored: projects pass theirs to LEAN as parameters.
enum LeanSecrets {
  private static let words = ["password", "secret", "token", "api-key", "apikey", "access-key"]

  /// The parameters, with a mark in place of each credential that is set.
  static func masked(_ parameters: JSONObject) -> JSONObject {
    JSONObject(
      parameters.members.map { member in
        guard isSecret(member.key), member.value != "" else { return member }
        return JSONObject.Member(key: member.key, value: "***")
      }
    )
  }

  /// A configuration whose parameters are masked.
  static func removed(from configuration: JSONObject) -> JSONObject {
    var configuration = configuration
    for key in ["parameters", "Parameters"] {
      if let parameters = configuration[key]?.object {
        configuration[key] = .object(masked(parameters))
      }
    }
    return configuration
  }

  private static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased().replacing("_", with: "-")
    return words.contains { name.contains($0) }
  }
}
