import Engine
import JSON

/// The errors of an answer in the forms that the protocols want them.
enum GraphQLErrors {
  /// The list of an answer `{"errors":[…]}`.
  static func list(of body: [UInt8]) -> [UInt8] {
    let start = Array(#"{"errors":"#.utf8)
    // What the engine refuses has this form, to the byte.
    if body.starts(with: start), body.count > start.count + 1 {
      return Array(body[start.count..<(body.count - 1)])
    }
    let value = try? JSONValue(parsing: body.span)
    return (value?["errors"] ?? .array([])).serialized
  }

  /// The answer in a shape.
  static func answer(_ body: [UInt8], as shape: HasuraError.Shape) -> [UInt8] {
    guard shape == .plain, let value = try? JSONValue(parsing: body.span),
      let error = value["errors"]?.array?.first
    else { return body }
    let extensions = error["extensions"]
    let plain: JSONValue = [
      "error": error["message"] ?? .null,
      "path": extensions?["path"] ?? .null,
      "code": extensions?["code"] ?? .null,
    ]
    return plain.serialized
  }
}
