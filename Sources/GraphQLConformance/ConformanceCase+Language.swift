import GraphQLCore
import JSON

/// The kinds that need no schema.
extension ConformanceCase {
  /// No limit but the nesting: the suite's documents are long where they test it.
  var limits: ParserLimits { .trusted }

  func lex() -> Answer {
    do throws(SyntaxError) {
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
    } catch {
      return Answer(errors: [Answer.Problem(error)])
    }
  }

  func parse() -> Answer {
    do throws(SyntaxError) {
      if text("entry") == "coordinate" {
        _ = try SchemaCoordinate(parsing: source)
      } else {
        _ = try document()
      }
      return .success
    } catch {
      return Answer(errors: [Answer.Problem(error)])
    }
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
