/// Input objects for which no finite value can be given: their non-null fields lead round in a
/// circle (§3.10).
struct FiniteValueCheck {
  private let schema: Schema
  private let origins: SchemaOrigins
  private var visited: Set<TypeID> = []
  private var problems: [(message: String, nodes: [NodeID?])] = []
  private var hasFiniteValue: [Bool]

  init(_ schema: Schema, _ origins: SchemaOrigins) {
    self.schema = schema
    self.origins = origins
    hasFiniteValue = schema.types.map { $0.kind != .inputObject || $0.isOneOf }
  }

  mutating func check() -> [(message: String, nodes: [NodeID?])] {
    findFiniteTypes()
    for index in schema.types.indices where !hasFiniteValue[index] { search(TypeID(index)) }
    return problems
  }

  /// The fields that an object cannot leave out, nor give as null or as an empty list.
  private func targets(of type: TypeID) -> [(field: Int, type: TypeID)] {
    schema[type].inputFields.compactMap { index in
      let type = schema.inputValues[index].type
      guard type.isNonNull, !type.isList, schema[type.type].kind == .inputObject else { return nil }
      return (index, type.type)
    }
  }

  /// A type has a finite value once all that it needs have one.
  private mutating func findFiniteTypes() {
    var dependents: [TypeID: [TypeID]] = [:]
    var missing: [TypeID: Int] = [:]
    var ready: [TypeID] = schema.types.indices.filter { hasFiniteValue[$0] }.map { TypeID($0) }
    for index in schema.types.indices where !hasFiniteValue[index] {
      let needed = targets(of: TypeID(index))
      missing[TypeID(index)] = needed.count
      for target in needed { dependents[target.type, default: []].append(TypeID(index)) }
      if needed.isEmpty {
        hasFiniteValue[index] = true
        ready.append(TypeID(index))
      }
    }
    while let type = ready.popLast() {
      for dependent in dependents[type] ?? [] where !hasFiniteValue[dependent.index] {
        missing[dependent, default: 0] -= 1
        guard missing[dependent] == 0 else { continue }
        hasFiniteValue[dependent.index] = true
        ready.append(dependent)
      }
    }
  }

  /// Goes along the fields, depth first, and reports each circle once.
  private mutating func search(_ root: TypeID) {
    var path: [(type: TypeID, targets: [(field: Int, type: TypeID)], next: Int)] = []
    var positions: [TypeID: Int] = [:]
    func step(_ type: TypeID) -> (TypeID, [(field: Int, type: TypeID)], Int) {
      (type, targets(of: type).filter { !hasFiniteValue[$0.type.index] }, 0)
    }
    guard visited.insert(root).inserted else { return }
    positions[root] = 0
    path.append(step(root))
    while let last = path.last {
      guard last.next < last.targets.count else {
        positions[last.type] = nil
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let target = last.targets[last.next].type
      if let start = positions[target] {
        report(target, path[start...].map { ($0.type, $0.targets[$0.next - 1].field) })
      } else if visited.insert(target).inserted {
        positions[target] = path.count
        path.append(step(target))
      }
    }
  }

  private mutating func report(_ type: TypeID, _ circle: [(type: TypeID, field: Int)]) {
    let fields = circle.map { "\(schema[$0.type].name).\(schema.inputValues[$0.field].name)" }
    problems.append(
      (
        "Input Object \(schema[type].name) cannot be provided a finite value because it references"
          + " itself through fields: \(fields.joined(separator: ", ")).",
        circle.map { origins.inputNodes[$0.field] }
      )
    )
  }
}
