import GraphQLCore
import JSON

/// The first place of an operation, in the order of its fields, where a variable is used.
struct VariableUse {
  private(set) var path: JSONPath?
  private let operation: Operation
  private let variable: Int?
  private let variables: VariableValues
  /// How many fields are looked at: a chain of fragments may stand for very many.
  private var remaining = 10_000

  init(of name: String, in operation: Operation) {
    self.operation = operation
    variable = operation.variables.firstIndex { $0.name.hasSameBytes(as: name) }
    // Which values they have is of no interest here, only that they have one: true, so that
    // `@include` includes.
    variables = VariableValues(operation.variables.map { _ in .boolean(true) })
    guard variable != nil, let rootType = operation.rootType else { return }
    do {
      try search(operation.rootFields(variables), on: rootType, JSONPath(), depth: 0)
    } catch {
      // Such an operation fails in its own right, before anything is asked of a variable's place.
      path = nil
    }
  }

  private mutating func search(
    _ fields: [CollectedField],
    on type: TypeID,
    _ parent: JSONPath,
    depth: Int
  ) throws(FieldError) {
    for field in fields {
      remaining -= 1
      guard path == nil, remaining > 0, depth < 200 else { return }
      guard let id = field.fieldID else { continue }
      let definition = operation.schema[id]
      var place = parent
      place.append(key: "selectionSet")
      place.append(key: definition.name)
      for argument in try operation.arguments(of: field, variables) where path == nil {
        var argumentPlace = place
        argumentPlace.append(key: "args")
        argumentPlace.append(key: operation.schema[argument.id].name)
        search(argument.value, argumentPlace)
      }
      let inner = definition.type.type
      guard path == nil, operation.schema[inner].kind == .object else { continue }
      let fields = try operation.fields(of: field, as: inner, variables)
      try search(fields, on: inner, place, depth: depth + 1)
    }
  }

  private mutating func search(_ value: InputValue, _ place: JSONPath) {
    switch value {
    case .variable(let index):
      if index == variable { path = place }
    case .list(let items):
      for (index, item) in items.enumerated() where path == nil {
        var inner = place
        inner.append(index: index)
        search(item, inner)
      }
    case .object(let fields):
      for field in fields where path == nil {
        var inner = place
        inner.append(key: operation.schema[field.id].name)
        search(field.value, inner)
      }
    case .scalarObject(let fields):
      // Hasura tells faults within a JSON value at the value.
      for field in fields where path == nil { search(field.value, place) }
    default: break
    }
  }
}
