import GraphQLCore
import JSON

/// The kinds that check documents.
extension ConformanceCase {
  func validated() throws -> Answer {
    let schema = try schema()
    let document = try Document(parsing: source, limits: limits)
    let rules = request["rules"]?.array?.compactMap { $0.string }
    let errors = validate(
      document,
      against: schema,
      rules: rules.map { $0.compactMap { ValidationRule(rawValue: $0) } }
        ?? ValidationRule.specified,
      suggests: true
    )
    return Answer(errors: errors.map { Answer.Problem($0) })
  }
}

extension Answer.Problem {
  init(_ error: ValidationError) {
    self.init(message: error.message, locations: error.locations)
  }
}
