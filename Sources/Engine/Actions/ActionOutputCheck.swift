import JSON
import Metadata

/// Checks that what a webhook answered is of the type that its action promises, in Hasura's words.
struct ActionOutputCheck {
  let types: CustomTypes

  /// Nil where the value is right.
  func problem(with value: JSONValue, as type: TypeText) -> String? {
    let isNullable = type.isNullable
    if value.isNull { return isNullable ? nil : "got null for the action webhook response" }
    switch type {
    case .nonNull(let inner): return problem(with: value, as: inner)
    case .list(let element):
      guard let elements = value.array else {
        return "expecting array for the action webhook response"
      }
      for element in elements.lazy.compactMap({ problem(with: $0, as: element) }) { return element }
      return nil
    case .named(let name): return problem(with: value, ofTypeNamed: name)
    }
  }

  private func problem(with value: JSONValue, ofTypeNamed name: String) -> String? {
    guard let object = types.objects.first(where: { $0.name == name }) else {
      return scalarProblem(with: value, name)
    }
    switch value {
    case .object(let members):
      for field in object.fields where !field.type.isNullable {
        guard let value = members[field.name] else {
          return "field \"\(field.name)\" expected in webhook response, but not found"
        }
        if value.isNull { return "expecting not null value for field \"\(field.name)\"" }
      }
      return nil
    case .array: return "got array for the action webhook response, expecting \(name)"
    case .string: return "got scalar String for the action webhook response, expecting \(name)"
    case .number: return "got scalar Number for the action webhook response, expecting \(name)"
    case .bool: return "got scalar Boolean for the action webhook response, expecting \(name)"
    case .null: return nil
    }
  }

  /// Scalars that are not GraphQL's own may be anything.
  private func scalarProblem(with value: JSONValue, _ name: String) -> String? {
    let accepted: Bool
    switch name {
    case "Int", "Float": accepted = value.number != nil
    case "String": accepted = value.string != nil
    case "Boolean": accepted = value.bool != nil
    case "ID": accepted = value.string != nil || value.number != nil
    default: return nil
    }
    guard !accepted else { return nil }
    let found =
      switch value {
      case .string: "scalar String"
      case .number: "scalar Number"
      case .bool: "scalar Boolean"
      case .array: "array"
      default: "object"
      }
    return "got \(found) for the action webhook response, expecting \(name)"
  }
}
