import GraphQLCore
import JSON

/// The kinds that need no schema.
extension ConformanceCase {
  /// No limit but the nesting: the suite's documents are long where they test it.
  var limits: ParserLimits { .trusted }

  func lex() throws(SyntaxError) -> Answer {
    let tokens = try TokenList(of: source)
    return Answer(
      output: .array(
        tokens.tokens.map { token in
          [
            .string(token.kind), token.value.map { .string($0) } ?? .null,
            .number(JSONNumber(token.location.line)), .number(JSONNumber(token.location.column)),
          ]
        }
      )
    )
  }

  func parse() throws(SyntaxError) -> Answer {
    if text("entry") == "coordinate" {
      _ = try SchemaCoordinate(parsing: source)
    } else {
      _ = try document()
    }
    return .success
  }

  func printed() throws(SyntaxError) -> Answer {
    if text("entry") == "coordinate" {
      return Answer(output: .string(try SchemaCoordinate(parsing: source).description))
    }
    return Answer(output: .string(try document().printed()))
  }

  /// The source, parsed as `entry` says.
  func document() throws(SyntaxError) -> Document {
    switch text("entry") {
    case "value": try Document(parsing: source, as: .value, limits: limits)
    case "constValue": try Document(parsing: source, as: .constValue, limits: limits)
    case "type": try Document(parsing: source, as: .type, limits: limits)
    default: try Document(parsing: source, limits: limits)
    }
  }
}
