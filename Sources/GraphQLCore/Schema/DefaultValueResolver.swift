/// Coerces the defaults of a schema once, those first that others need (§3.6.1, §3.10).
///
/// An object that leaves out fields takes their defaults, which may be objects again. Where that
/// leads round in a circle the schema is invalid, and the defaults of the circle have no value.
struct DefaultValueResolver {
  private let schema: Schema
  private var resolved: [InputValueID: InputValue] = [:]
  private var visited: Set<InputValueID> = []

  /// `known` are defaults that are resolved already.
  init(_ schema: Schema, knowing known: [InputValueID: InputValue] = [:]) {
    self.schema = schema
    resolved = known
  }

  /// Resolves the defaults of the input values from an index on.
  mutating func resolveAll(from first: Int = 0) -> [InputValueID: InputValue] {
    let values = schema.inputValues
    for index in first..<values.count where values[index].defaultValue != nil {
      resolve(InputValueID(index))
    }
    return resolved
  }

  private mutating func resolve(_ id: InputValueID) {
    let definition = schema[id]
    guard let value = definition.defaultValue, visited.insert(id).inserted else { return }
    resolveNeeds(of: value, as: definition.type)
    resolved[id] = coerced(value, as: definition.type)
  }

  /// In a function of its own, so that what it holds on to is gone when the result is stored: it would
  /// have to be copied else.
  @inline(never)
  private func coerced(_ value: ConstValue, as type: TypeReference) -> InputValue? {
    InputCoercion(schema.with(coercedDefaults: resolved)).value(value, as: type)
  }

  /// Resolves the defaults of the fields that a value leaves out.
  private mutating func resolveNeeds(of value: ConstValue, as type: TypeReference) {
    if case .list(let items) = value {
      for item in items { resolveNeeds(of: item, as: type.item ?? type) }
    }
    let definition = schema[type.type]
    guard case .object(let fields) = value, definition.kind == .inputObject else { return }
    var given = InputFieldSet(definition.inputFields)
    for field in fields {
      guard let id = schema.inputField(named: field.name, of: type.type) else { continue }
      _ = given.insert(id)
      resolveNeeds(of: field.value, as: schema[id].type)
    }
    for index in definition.inputFields where !given.contains(InputValueID(index)) {
      resolve(InputValueID(index))
    }
  }
}
