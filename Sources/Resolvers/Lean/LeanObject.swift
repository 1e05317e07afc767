import JSON

/// A JSON object of LEAN's, whose keys are camelCase today and were PascalCase before 2023.
///
/// Names that are data (of statistics, charts, symbols) are the same in both and are asked for as
/// they are. A missing member, null, and the empty array that the cloud's PHP writes for an empty
/// object all read as nothing.
struct LeanObject {
  let json: JSONObject

  init(_ json: JSONObject) {
    self.json = json
  }

  init(_ value: JSONValue?) {
    json = value?.object ?? JSONObject()
  }

  /// The member of a camelCase key, in either spelling.
  subscript(_ key: String) -> JSONValue? {
    if let value = json[key], !value.isNull { return value }
    let pascal = json[key.prefix(1).uppercased() + key.dropFirst()]
    if let pascal, !pascal.isNull { return pascal }
    // Two letters that both changed: "id" was "ID".
    guard key.utf8.count == 2, let upper = json[key.uppercased()], !upper.isNull else { return nil }
    return upper
  }

  func object(_ key: String) -> LeanObject { LeanObject(self[key]) }

  func text(_ key: String) -> String? {
    switch self[key] {
    case .string(let text): text.isEmpty ? nil : text
    case .number(let number): number.text
    default: nil
    }
  }

  func number(_ key: String) -> ExactDecimal? { ExactDecimal(self[key]) }

  func time(_ key: String) -> Timestamp? { Timestamp(self[key]) }

  /// A number of an enumeration, or its name in snake case.
  func name(_ key: String, of names: [String]) -> String? {
    if let index = self[key]?.int {
      return names.indices.contains(index) ? names[index] : String(index)
    }
    return text(key).map(LeanObject.snakeCase)
  }

  /// `PartiallyFilled` as `partially_filled`.
  private static func snakeCase(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase && !result.isEmpty { result.append("_") }
      result.append(contentsOf: character.lowercased())
    }
    return result
  }
}
