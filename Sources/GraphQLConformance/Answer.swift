import GraphQLCore
import JSON

/// What the tool says about a case.
struct Answer {
  /// An error as the suite compares it.
  struct Problem {
    var message: String
    var locations: [SourceLocation] = []
    var path: [JSONValue]?
  }

  var errors: [Problem] = []
  var output: JSONValue?

  static let success = Answer()

  func json(id: String) -> JSONValue {
    var members = JSONObject()
    members.append("id", .string(id))
    members.append("ok", .bool(errors.isEmpty))
    members.append("errors", .array(errors.map(\.json)))
    if let output { members.append("output", output) }
    return .object(members)
  }
}

extension Answer.Problem {
  init(_ error: SyntaxError) {
    self.init(message: error.message, locations: [error.location])
  }

  fileprivate var json: JSONValue {
    var members = JSONObject()
    members.append("message", .string(message))
    let places = locations.map { location in
      ["line": .number(JSONNumber(location.line)), "column": .number(JSONNumber(location.column))]
        as JSONValue
    }
    members.append("locations", .array(places))
    if let path { members.append("path", .array(path)) }
    return .object(members)
  }
}
