import JSON
import GraphQLCore

extension HasuraError {
  /// What is wrong with an input value; the path leads to the value that was checked as a whole.
  init(
    _ problem: InputProblem,
    at path: JSONPath,
    in schema: GraphQLCore.Schema,
    appendingPath: Bool = true
  ) {
    var path = path
    if appendingPath { for step in problem.path { path.append(step) } }
    let isLiteral = problem.offset != nil
    var code = Code.validationFailed
    let message: String
    switch problem.reason {
    case .null(let type), .variableIsNull(_, let type):
      message = Self.message(ofNullFor: type, in: schema)
    case .missing(let type), .variableIsMissing(_, let type):
      message = Self.message(ofNullFor: type, in: schema)
    case .notAnObject(let type, let found):
      message = Self.mismatch("an object", type, found, isLiteral)
    case .missingField(_, let field, _):
      path.append(key: field)
      message = "missing required field '\(field)'"
    case .unknownField(let type, let field, _, _):
      path.append(key: field)
      message = "field '\(field)' not found in type: '\(type)'"
    case .notAnInt(let found):
      // A number of the variables is one before it is too large or broken.
      if !isLiteral, GivenValue(shown: found, isLiteral: false) == .number {
        code = .parseFailed
        message = Self.message(ofNumberOutOfBounds: found)
      } else {
        message = Self.mismatch("a 32-bit integer", "Int", found, isLiteral)
      }
    case .intTooLarge(let found):
      code = .parseFailed
      message = Self.message(ofNumberOutOfBounds: found)
    case .notAFloat(let found): message = Self.mismatch("a float", "Float", found, isLiteral)
    case .notAString(let found): message = Self.mismatch("a string", "String", found, isLiteral)
    case .notABoolean(let found): message = Self.mismatch("a boolean", "Boolean", found, isLiteral)
    case .notAnID(let found, _):
      message = Self.mismatch("a String or a 32-bit integer", "ID", found, isLiteral)
    case .unknownEnumValue(let type, let value, _):
      message = Self.message(ofEnumValue: value, type, in: schema)
    case .notAnEnumValue(let type, let found, _, _):
      message = Self.mismatch("an enum value", type, found, isLiteral)
    case .notExactlyOneField, .oneOfVariableIsNull, .oneOfVariableIsMissing:
      message = problem.message
    }
    self.init(code, message, path: path.text)
  }

  private static func mismatch(
    _ expected: String,
    _ type: String,
    _ found: String,
    _ isLiteral: Bool
  ) -> String {
    let given = GivenValue(shown: found, isLiteral: isLiteral)
    return "expected \(expected) for type '\(type)', but found \(given.rawValue)"
  }

  private static func message(ofNumberOutOfBounds found: String) -> String {
    "The value \(ScientificNotation(found)?.text ?? found) lies outside the bounds or is not an "
      + "integer. Maybe it is a float, or is there integer overflow?"
  }

  private static func message(
    ofEnumValue value: String,
    _ type: String,
    in schema: GraphQLCore.Schema
  ) -> String {
    let values = schema.type(named: type.utf8Span.span).map { schema[$0].enumValues } ?? 0..<0
    let names = values.map { "'\(schema.enumValues[$0].name)'" }.joined(separator: ", ")
    return "expected one of the values [\(names)] for type '\(type)', but found '\(value)'"
  }

  /// Null where the type, as a document writes it, takes none.
  static func message(ofNullFor type: String, in schema: GraphQLCore.Schema) -> String {
    var name = type[...]
    if name.hasSuffix("!") { name = name.dropLast() }
    guard !name.hasPrefix("[") else { return "expected a list, but found null" }
    let id = schema.type(named: String(name).utf8Span.span)
    switch id.map({ schema[$0].kind }) {
    case .inputObject: return "expected an object for type '\(name)', but found null"
    case .enum: return "expected an enum value for type '\(name)', but found null"
    default: return "unexpected null value for type '\(name)'"
    }
  }
}

extension JSONPath {
  /// A step within an argument or a variable's value.
  mutating func append(_ step: PathStep) {
    switch step {
    case .field(let name), .fragment(let name), .argument(let name), .inputField(let name):
      append(key: name)
    case .index(let index): append(index: index)
    }
  }
}
