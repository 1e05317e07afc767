import JSON
import SQLCompiler

extension PermissionCompiler {
  mutating func comparisons(
    _ value: JSONValue,
    _ column: Int,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let members = value.object?.members else {
      return try comparison(.equal, value, column, on: table)
    }
    var parts: [Predicate] = []
    for member in members {
      parts += try at(.key(member.key)) { (compiler) throws(PermissionFailure) in
        try compiler.comparison(member, column, on: table, root: root)
      }
    }
    return .all(parts)
  }

  private mutating func comparison(
    _ member: JSONObject.Member,
    _ column: Int,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> [Predicate] {
    let name = "_" + member.key.dropFirst()
    guard member.key.hasPrefix("_") || member.key.hasPrefix("$") else {
      throw failure("\"\(member.key)\" is not an operator")
    }
    if let operation = Self.columnOperator(name) {
      let operand = try columnOperand(member.value, on: table, root: root)
      return [.columnComparison(column: column, operation, operand)]
    }
    if name == "_cast" { return try casts(member.value, column) }
    if let operation = ComparisonOperator(permission: name) {
      return [try comparison(operation, member.value, column, on: table)]
    }
    throw failure("\"\(member.key)\" is not an operator")
  }

  /// In permissions null is a value: what equals it is null, and what differs from a value may be.
  private mutating func comparison(
    _ operation: ComparisonOperator,
    _ value: JSONValue,
    _ column: Int,
    on table: Int
  ) throws(PermissionFailure) -> Predicate {
    switch (operation, value) {
    case (.isNull, .bool(let isNull)): return .isNull(column: column, isNull)
    case (.isNull, _): throw failure("_is_null needs true or false")
    case (.equal, .null): return .isNull(column: column, true)
    case (.notEqual, .null): return .isNull(column: column, false)
    case (_, .null): throw failure("unexpected null value")
    default: break
    }
    let bound = tables[table].columns[column]
    let form = ParameterRecipe.Form(operandOf: operation, bound.type)
    let compared = Predicate.comparison(column: column, operation, slot(value, form))
    guard operation == .notEqual, bound.isNullable else { return compared }
    return .or([compared, .isNull(column: column, true)])
  }

  private mutating func casts(
    _ value: JSONValue,
    _ column: Int
  ) throws(PermissionFailure) -> [Predicate] {
    var parts: [Predicate] = []
    for cast in value.object?.members ?? [] {
      guard cast.key == "String" else {
        throw failure("a cast to \"\(cast.key)\" is not supported")
      }
      for member in cast.value.object?.members ?? [] {
        let name = "_" + member.key.dropFirst()
        guard let operation = ComparisonOperator(permission: name) else {
          throw failure("\"\(member.key)\" is not an operator")
        }
        if case .isNull = operation {
          parts.append(.isNull(column: column, member.value.bool ?? true))
          continue
        }
        let isList = operation == .isIn || operation == .notIn
        let slot = slot(member.value, isList ? .array : .scalar)
        parts.append(.castComparison(column: column, to: "text", operation, slot))
      }
    }
    return parts
  }

  private static func columnOperator(_ name: String) -> ComparisonOperator? {
    switch name {
    case "_ceq": .equal
    case "_cne", "_cneq": .notEqual
    case "_cgt": .greater
    case "_cgte": .greaterOrEqual
    case "_clt": .less
    case "_clte": .lessOrEqual
    default: nil
    }
  }

  /// `"column"`, `["$", "column"]`, or either behind relationships.
  private func columnOperand(
    _ value: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> ColumnOperand {
    var steps = value.string.map { [$0] } ?? (value.array ?? []).compactMap(\.string)
    let isAtRoot = steps.count > 1 && steps[0] == "$"
    if isAtRoot { steps.removeFirst() }
    guard let last = steps.popLast() else {
      throw failure("a comparison of columns needs the name of a column")
    }
    var table = isAtRoot ? root : table
    var path: [Int] = []
    for step in steps {
      guard
        let index = tables[table].relationships.firstIndex(where: {
          $0.name.hasSameBytes(as: step)
        })
      else {
        throw failure("\"\(step)\" is no relationship of \(tables[table].name.quoted)")
      }
      path.append(index)
      table = tables[table].relationships[index].target
      guard purpose == .permission || tables[table].isVisible else {
        throw failure("\"\(step)\" does not exist")
      }
    }
    guard
      let column = tables[table].columns.firstIndex(where: { $0.name.hasSameBytes(as: last) })
    else {
      throw failure("\"\(last)\" is no column of \(tables[table].name.quoted)")
    }
    try checkAccess(to: column, of: table)
    return isAtRoot ? .root(path: path, column: column) : .own(path: path, column: column)
  }
}

extension ComparisonOperator {
  /// The operator by its name in permissions, which also spell `_ne`.
  fileprivate init?(permission name: String) {
    self.init(rawValue: name == "_ne" ? "_neq" : name)
  }
}
