import GraphQLCore
import JSON

/// One line of the suite: what is asked, without what is expected.
struct ConformanceCase {
  let request: JSONValue

  init(_ request: JSONValue) {
    self.request = request
  }

  var id: String { text("id") ?? "" }
  var source: [UInt8] { Array((text("source") ?? "").utf8) }

  func text(_ key: String) -> String? { request[key]?.string }

  /// The answer; whatever goes wrong on the way is one too.
  func answer() async -> Answer {
    do {
      return try await answerByKind()
    } catch let error as SyntaxError {
      return Answer(errors: [Answer.Problem(error)])
    } catch let error as RequestError {
      return Answer(
        errors: [Answer.Problem(message: error.message, locations: error.locations)]
      )
    } catch let error as CoordinateError {
      return Answer(errors: [Answer.Problem(message: error.message)])
    } catch let error as CoercionErrors {
      return Answer(errors: error.failures.map { Answer.Problem($0) })
    } catch {
      return Answer(errors: [Answer.Problem(message: "\(error)")])
    }
  }

  private func answerByKind() async throws -> Answer {
    switch text("kind") {
    case "lex": try lex()
    case "parse": try parse()
    case "print": try printed()
    case "coerceVariables": try coerceVariables()
    case "coerceInput": try coerceInput()
    case "coerceLiteral": try coerceLiteral()
    case "validate": try validated()
    case "execute": try await executed()
    case "validateSDL": try validatedSDL()
    case "validateSchema": try validatedSchema()
    case "printSchema": try printedSchema()
    case "extendSchema": try extendedSchema()
    case "coordinate": try coordinate()
    case "introspect": try introspect(IntrospectionQuery.text)
    default: Answer(errors: [Answer.Problem(message: "Unknown kind.")])
    }
  }
}
