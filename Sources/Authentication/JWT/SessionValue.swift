import Engine
import JSON

/// The text of a claim as a session variable: what PostgreSQL is given.
///
/// Hasura takes texts alone. Identity providers that can write nothing but arrays and numbers are
/// why those are taken here: a number keeps its digits, a list becomes an array literal of
/// PostgreSQL's, `{"a","b"}`, as permissions with `_in` want it.
enum SessionValue {
  static func text(of value: JSONValue) throws(HasuraError) -> String {
    switch value {
    case .string(let text): return text
    case .number(let number): return number.text
    case .bool(let flag): return flag ? "true" : "false"
    case .array(let elements):
      var items: [String] = []
      for element in elements { items.append(try item(element)) }
      return "{\(items.joined(separator: ","))}"
    case .null, .object: throw refusal(value)
    }
  }

  private static func item(_ value: JSONValue) throws(HasuraError) -> String {
    switch value {
    case .string(let text): return quoted(text)
    case .number(let number): return number.text
    case .bool(let flag): return flag ? "true" : "false"
    case .null: return "NULL"
    case .array, .object: throw refusal(value)
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func refusal(_ value: JSONValue) -> HasuraError {
    HasuraError(
      .jwtInvalidClaims,
      "x-hasura-* claims: parsing Text failed, expected String, but encountered \(value.kindName)"
    )
  }
}
