import Engine
import GraphQLCore

extension RoleSchema {
  /// The members of a type, each with its arguments, its type and its binding.
  func lines(of name: String) -> [String] {
    guard let id = schema.type(named: name.utf8Span.span) else { return [] }
    let type = schema[id]
    return type.fields.map { line(ofField: $0) }
      + type.inputFields.map { line(ofInput: $0) }
      + type.enumValues.map { "\(schema.enumValues[$0].name) ← \(enumBindings[$0])" }
  }

  private func line(ofField index: Int) -> String {
    let field = schema.fields[index]
    let arguments = field.arguments.map { "\(schema.inputValues[$0].name)" }
    let list = arguments.isEmpty ? "" : "(" + arguments.joined(separator: ", ") + ")"
    return "\(field.name)\(list): \(schema.name(of: field.type)) ← \(fieldBindings[index])"
  }

  private func line(ofInput index: Int) -> String {
    let input = schema.inputValues[index]
    return "\(input.name): \(schema.name(of: input.type)) ← \(inputBindings[index])"
  }

  /// The arguments of a field, as ``lines(of:)`` has input fields.
  func arguments(of field: String, in type: String) -> [String] {
    guard
      let type = schema.type(named: type.utf8Span.span),
      let id = schema.field(named: field.utf8Span.span, of: type)
    else { return [] }
    return schema[id].arguments.map { line(ofInput: $0) }
  }

  func description(of field: String, in type: String) -> String? {
    guard
      let type = schema.type(named: type.utf8Span.span),
      let id = schema.field(named: field.utf8Span.span, of: type)
    else { return nil }
    return schema[id].description
  }

  func description(of type: String) -> String? {
    schema.type(named: type.utf8Span.span).flatMap { schema[$0].description }
  }

  func hasType(_ name: String) -> Bool { schema.type(named: name.utf8Span.span) != nil }
}
