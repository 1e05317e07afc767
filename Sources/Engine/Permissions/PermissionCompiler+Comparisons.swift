import JSON
import SQLCompiler

// Comparisons in permissions.
extension PermissionCompiler {
  /// The comparisons of a value; what is no object stands for `_eq` of it.
  mutating func comparisons(
    _ comparisons: JSONValue,
    of value: Comparison.Value,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    guard let members = comparisons.object?.members else {
      return try comparison(.equal, comparisons, of: value, on: table)
    }
    var parts: [Predicate] = []
    for member in members {
      // GeoJSON is a value.
      if !member.key.hasPrefix("_"), !member.key.hasPrefix("$"),
        type(of: value, on: table).isSpatial
      {
        return try comparison(.equal, comparisons, of: value, on: table)
      }
      let part = try at(.key(member.key)) { (compiler) throws(PermissionFailure) in
        try compiler.comparison(member, of: value, on: table, root: root)
      }
      if part != .always { parts.append(part) }
    }
    return .all(parts)
  }

  private mutating func comparison(
    _ member: JSONObject.Member,
    of value: Comparison.Value,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    let name = "_" + member.key.dropFirst()
    guard member.key.hasPrefix("_") || member.key.hasPrefix("$") else {
      throw failure("\"\(member.key)\" is not an operator")
    }
    if let operation = Self.columnOperator(name), case .column(let column) = value {
      let operand = try columnOperand(member.value, on: table, root: root)
      return .columnComparison(column: column, operation, operand)
    }
    if name == "_cast" { return try casts(member.value, of: value, on: table, root: root) }
    if let operation = ComparisonOperator(permission: name) {
      return try comparison(operation, member.value, of: value, on: table)
    }
    throw failure("\"\(member.key)\" is not an operator")
  }

  /// The condition on a computed field, whose function takes nothing but the row and the session.
  mutating func computed(
    _ index: Int,
    _ condition: JSONValue,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    let field = tables[table].computedFields[index]
    var call = FunctionCall(
      sqlName: field.function.sqlName,
      arguments: [],
      returnsSet: field.function.returnsSet
    )
    var hasGap = false
    for argument in field.function.arguments {
      let value: FunctionCall.Value
      switch argument.role {
      case .row: value = .row
      case .session: value = .slot(sessionSlot(), argument.type)
      case .given where argument.hasDefault:
        hasGap = true
        continue
      case .given:
        throw failure(
          "the computed field \"\(field.name)\" takes arguments, which a permission cannot give"
        )
      }
      call.arguments.append(.init(name: hasGap ? argument.name : nil, value))
    }
    if let rows = field.function.table {
      let inner = try self.condition(condition, on: rows, root: root)
      return .relatedByFunction(call, table: rows, inner)
    }
    let value = Comparison.Value.computed(ComputedValue(field: index, call: call))
    return try comparisons(condition, of: value, on: table, root: root)
  }

  /// In permissions null is a value: what equals it is null, and what differs from a value may be.
  private mutating func comparison(
    _ operation: ComparisonOperator,
    _ operand: JSONValue,
    of value: Comparison.Value,
    on table: Int
  ) throws(PermissionFailure) -> Predicate {
    switch (operation, operand) {
    case (.isNull, .bool(let isNull)): return Predicate(value, isNull: isNull)
    case (.isNull, _): throw failure("_is_null needs true or false")
    case (.equal, .null): return Predicate(value, isNull: true)
    case (.notEqual, .null): return Predicate(value, isNull: false)
    case (_, .null): throw failure("unexpected null value")
    default: break
    }
    let type = type(of: value, on: table)
    if let names = operation.operandNames(of: type) {
      return .compared(
        Comparison(value, operation, try operands(operation, names, operand, type))
      )
    }
    if type.name == "ltree" { try checkLabelPaths(operation, operand) }
    let form = ParameterRecipe.Form(operandOf: operation, type)
    let compared = Predicate(value, operation, slot(operand, form))
    guard operation == .notEqual, isNullable(value, on: table) else { return compared }
    return .or([compared, Predicate(value, isNull: true)])
  }

  /// Refuses what is no path of labels in the words of Hasura, before PostgreSQL does in its own.
  private mutating func checkLabelPaths(
    _ operation: ComparisonOperator,
    _ operand: JSONValue
  ) throws(PermissionFailure) {
    switch operation {
    case .ancestor, .descendant, .equal:
      guard let text = operand.string,
        SessionVariable.name(in: text) == nil || purpose != .permission
      else { return }
      guard text.isLabelPath else {
        throw failure(
          "Expecting label path: a sequence of zero or more labels separated by dots, for example "
            + "L1.L2.L3"
        )
      }
    case .ancestorAny, .descendantAny:
      for (index, element) in (operand.array ?? []).enumerated() {
        try at(.index(index)) { (compiler) throws(PermissionFailure) in
          try compiler.checkLabelPaths(.ancestor, element)
        }
      }
    default: break
    }
  }

  /// The operands of an operator whose value is an object.
  private mutating func operands(
    _ operation: ComparisonOperator,
    _ names: [String],
    _ value: JSONValue,
    _ type: BoundType
  ) throws(PermissionFailure) -> [ParameterSlot?] {
    guard value.object != nil else {
      throw failure("\(operation.rawValue) needs an object")
    }
    var operands: [ParameterSlot?] = []
    for (index, name) in names.enumerated() {
      guard let operand = value[name], operand != .null else {
        guard name == "use_spheroid" || operation == .stIntersectsGeometryAndBand else {
          throw failure("\(operation.rawValue) needs \"\(name)\"")
        }
        operands.append(nil)
        continue
      }
      let operandType = operation.operandType(index, of: type) ?? type
      operands.append(slot(operand, ParameterRecipe.Form(valueOf: operandType)))
    }
    return operands
  }

  private mutating func casts(
    _ casts: JSONValue,
    of value: Comparison.Value,
    on table: Int,
    root: Int
  ) throws(PermissionFailure) -> Predicate {
    let type = type(of: value, on: table)
    var parts: [Predicate] = []
    for cast in casts.object?.members ?? [] {
      let target: BoundType
      switch (type.name, cast.key) {
      case ("jsonb", "String"):
        target = BoundType(oid: 25, name: "text", sqlName: "text", encoding: .string)
      case ("geometry", "geography"), ("geography", "geometry"):
        target = type.sibling(cast.key, encoding: .viaGeoJSON)
      default:
        throw PermissionFailure(
          .unexpectedPayload,
          "cannot cast column of type \"\(type.name)\" to type \"\(cast.key)\"",
          at: path
        )
      }
      parts.append(
        try comparisons(cast.value, of: .cast(value, to: target), on: table, root: root)
      )
    }
    return .all(parts.filter { $0 != .always })
  }

  private func type(of value: Comparison.Value, on table: Int) -> BoundType {
    switch value {
    case .column(let column): tables[table].columns[column].type
    case .computed(let computed): tables[table].computedFields[computed.field].type
    case .cast(_, let type): type
    }
  }

  private func isNullable(_ value: Comparison.Value, on table: Int) -> Bool {
    switch value {
    case .column(let column): tables[table].columns[column].isNullable
    case .computed: true
    case .cast(let inner, _): isNullable(inner, on: table)
    }
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
          $0.name.hasSameBytes(as: step) && $0.query == nil
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

extension String {
  /// Whether it may be an ltree: labels of letters, digits, `_` and `-` with dots between, or nothing.
  fileprivate var isLabelPath: Bool {
    isEmpty
      || split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      }
  }
}
