/// Default values of input fields that contain themselves, by way of the fields that they leave out
/// (§3.10, InputObjectDefaultValueHasCycle).
struct DefaultCycleCheck {
  private let schema: Schema
  private let origins: SchemaOrigins
  private(set) var problems: [(message: String, nodes: [NodeID?])] = []
  private var visited: Set<Int> = []
  private var path: [(title: String, node: NodeID?)] = []
  /// How long the path was after the field was entered.
  private var positions: [Int: Int] = [:]

  init(_ schema: Schema, _ origins: SchemaOrigins) {
    self.schema = schema
    self.origins = origins
  }

  mutating func check(_ type: TypeID) {
    check(.object([]), as: type)
  }

  private mutating func check(_ value: ConstValue, as type: TypeID) {
    if case .list(let items) = value {
      for item in items { check(item, as: type) }
    }
    guard case .object(let members) = value else { return }
    for index in schema[type].inputFields {
      let field = schema.inputValues[index]
      let fieldType = field.type.type
      guard schema[fieldType].kind == .inputObject else { continue }
      let given = members.last { $0.name.utf8.elementsEqual(field.name.utf8) }
      if let given {
        check(given.value, as: fieldType)
      } else if let defaultValue = field.defaultValue {
        checkDefault(index, "\(schema[type].name).\(field.name)", defaultValue, as: fieldType)
      }
    }
  }

  private mutating func checkDefault(
    _ field: Int,
    _ title: String,
    _ value: ConstValue,
    as type: TypeID
  ) {
    if let position = positions[field] {
      let via = path[position...].map(\.title).joined(separator: ", ")
      problems.append(
        (
          "Invalid circular reference. The default value of Input Object field \(title) references"
            + " itself" + (via.isEmpty ? "." : " via the default values of: \(via)."),
          path[(position - 1)...].map(\.node)
        )
      )
      return
    }
    guard visited.insert(field).inserted else { return }
    path.append(
      (title, origins.inputNodes[field].flatMap { origins.document.defaultValue(of: $0) })
    )
    positions[field] = path.count
    check(value, as: type)
    path.removeLast()
    positions[field] = nil
  }
}
