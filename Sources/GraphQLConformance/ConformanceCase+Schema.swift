import GraphQLCore
import JSON

/// The kinds about type systems.
extension ConformanceCase {
  func validatedSDL() throws -> Answer {
    let document = try Document(parsing: source, limits: limits)
    let rules = request["rules"]?.array?.compactMap { $0.string }
    let errors = validateSDL(
      document,
      extending: try text("schema").map { try Schema(parsing: $0) },
      rules: rules.map { $0.compactMap { TypeSystemRule(rawValue: $0) } }
        ?? TypeSystemRule.allCases
    )
    return Answer(errors: errors.map { Answer.Problem($0) })
  }

  func validatedSchema() throws -> Answer {
    let document = try Document(parsing: Array((text("schema") ?? "").utf8), limits: limits)
    var errors = validateSDL(document)
    if errors.isEmpty { errors = try validateSchema(document) }
    return Answer(errors: errors.map { Answer.Problem($0) })
  }

  func printedSchema() throws -> Answer {
    Answer(output: .string(try schema().sdl()))
  }

  func extendedSchema() throws -> Answer {
    let schema = try schema()
    let document = try Document(parsing: source, limits: limits)
    let errors = validateSDL(document, extending: schema)
    guard errors.isEmpty else { return Answer(errors: errors.map { Answer.Problem($0) }) }
    return Answer(output: .string(try schema.extended(by: document).sdl()))
  }

  func coordinate() throws -> Answer {
    let coordinate = try SchemaCoordinate(parsing: source)
    let element = try schema().resolve(coordinate)
    return Answer(output: element.map { .string($0.kindName) } ?? .null)
  }
}

extension SchemaElement {
  fileprivate var kindName: String {
    switch self {
    case .namedType: "NamedType"
    case .field: "Field"
    case .inputField: "InputField"
    case .enumValue: "EnumValue"
    case .fieldArgument: "FieldArgument"
    case .directive: "Directive"
    case .directiveArgument: "DirectiveArgument"
    }
  }
}
