import GraphQLCore
import SQLCompiler

// `group_by` of an aggregate.
extension Planner {
  mutating func groupQuery(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> GroupQuery {
    var query = GroupQuery()
    let arguments = try arguments(of: field)
    try at(key: "args") { (planner) throws(HasuraError) in
      try planner.apply(arguments, to: &query, table)
    }
    for item in try selections(of: field, as: type) {
      let request = try at(item) { (planner) throws(HasuraError) in
        try planner.groupItem(item, type, query, table)
      }
      query.items.append(request)
    }
    return query
  }

  private mutating func apply(
    _ arguments: [ArgumentValue],
    to query: inout GroupQuery,
    _ table: Int
  ) throws(HasuraError) {
    var orders: [Input] = []
    for argument in arguments {
      guard let input = Input(argument.value, variables), !input.isNull else { continue }
      let binding = roleSchema.binding(of: argument.id)
      try at(key: schema[argument.id].name) { (planner) throws(HasuraError) in
        switch binding {
        case .groupKeys: query.keys = try planner.groupKeys(input, table)
        case .groupHaving: query.condition = try planner.groupCondition(input, table)
        case .groupOrderBy: orders = input.elements(planner.variables)
        case .limit: query.limit = try planner.limit(input)
        case .offset: query.offset = planner.offset(input)
        default: break
        }
      }
    }
    // An order is by keys, which may stand behind it.
    try at(key: "order_by") { (planner) throws(HasuraError) in
      for (index, order) in orders.enumerated() where !order.isNull {
        query.order += try planner.at(index: index) { (planner) throws(HasuraError) in
          try planner.groupOrder(order, query.keys, table)
        }
      }
    }
  }

  // MARK: - Keys

  private mutating func groupKeys(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> [GroupKey] {
    var keys: [GroupKey] = []
    for (index, element) in input.elements(variables).enumerated() {
      let key = try at(index: index) { (planner) throws(HasuraError) -> GroupKey? in
        let key = try planner.groupKey(element, table)
        guard let key, let known = keys.first(where: { $0.isOfColumn(of: key) }) else {
          return key
        }
        guard known == key else {
          let name = planner.name(of: key, in: table)
          throw planner.failure("the column \"\(name)\" is a key in two ways")
        }
        return nil
      }
      if let key { keys.append(key) }
    }
    return keys
  }

  private mutating func groupKey(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> GroupKey? {
    var column: Int?
    var related: [GroupKey] = []
    var zone: (place: String, slot: ParameterSlot)?
    var steps: [(name: String, step: GroupKey.Step)] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      let name = schema[id].name
      switch roleSchema.binding(of: id) {
      case .groupKeyColumn: column = columns(field).first
      case .groupKeyRelationship(let index):
        let target = roleSchema.tables[table].relationships[index].target
        let key = try at(key: name) { (planner) throws(HasuraError) in
          try planner.groupKey(field, target)
        }
        if var key {
          key.path.insert(index, at: 0)
          related.append(key)
        }
      case .groupKeyZone: zone = (name, slot(field, .scalar))
      case .groupKeyInterval: steps.append((name, .interval(slot(field, .scalar), zone: nil)))
      case .groupKeyWidth: steps.append((name, .width(slot(field, .scalar))))
      case .groupKeyDateUnit:
        guard case .enumValue(let value) = field.value,
          case .dateUnit(let unit) = roleSchema.binding(of: value)
        else { continue }
        steps.append((name, .dateUnit(unit, zone: nil)))
      default: break
      }
    }
    guard let column else {
      guard let key = related.first, related.count == 1 else {
        throw failure("a key has exactly one column, the table's own or one of a relationship")
      }
      if let name = steps.first?.name ?? zone?.place {
        throw failure("\"\(name)\" goes with \"column\"")
      }
      return key
    }
    guard related.isEmpty else {
      throw failure("a key has exactly one column, the table's own or one of a relationship")
    }
    guard steps.count <= 1 else {
      throw failure("a key has one of \(steps.map(\.name).sorted().joined(separator: " and "))")
    }
    let type = roleSchema.tables[table].columns[column].type
    let own = name(of: column, in: table)
    guard let (stepName, step) = steps.first else {
      if let zone { throw failure("\"\(zone.place)\" goes with \"date_bin\" or \"date_trunc\"") }
      return GroupKey(column: column)
    }
    let isOfUse = step.isWidth ? type.isPlainNumber : type.isDateOrTime
    guard isOfUse else {
      let what = step.isWidth ? "numbers" : "dates and times"
      throw failure("\"\(stepName)\" is for \(what), and \"\(own)\" is of type \(type.name)")
    }
    if let zone, step.isWidth || type.name != "timestamptz" {
      throw failure(
        "\"\(zone.place)\" is for columns of type timestamptz, and \"\(own)\" is of type \(type.name)"
      )
    }
    return GroupKey(column: column, step: step.in(zone?.slot))
  }

  /// The name of a key: its column behind the relationships that lead to it.
  private func name(of key: GroupKey, in table: Int) -> String {
    var table = table
    var parts: [String] = []
    for index in key.path {
      parts.append(roleSchema.tables[table].relationships[index].name)
      table = roleSchema.tables[table].relationships[index].target
    }
    return (parts + [name(of: key.column, in: table)]).joined(separator: ".")
  }

  /// The name of a column's field.
  private func name(of column: Int, in table: Int) -> String {
    let column = roleSchema.tables[table].columns[column]
    return column.graphQLName ?? column.name
  }

  // MARK: - Which groups, and their order

  private mutating func groupCondition(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> GroupCondition {
    var parts: [GroupCondition] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      let part = try at(key: schema[id].name) { (planner) throws(HasuraError) -> GroupCondition in
        switch planner.roleSchema.binding(of: id) {
        case .boolAnd: return .and(try planner.groupConditions(field, table))
        case .boolOr: return .or(try planner.groupConditions(field, table))
        case .boolNot: return .not(try planner.groupCondition(field, table))
        case .aggregatePredicate(let function):
          return .aggregate(try planner.aggregatePredicate(field, function, table))
        default: return .always
        }
      }
      parts.append(part)
    }
    return switch parts.count {
    case 0: .always
    case 1: parts[0]
    default: .and(parts)
    }
  }

  private mutating func groupConditions(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> [GroupCondition] {
    var conditions: [GroupCondition] = []
    for (index, element) in input.elements(variables).enumerated() {
      let condition = try at(index: index) { (planner) throws(HasuraError) in
        try planner.groupCondition(element, table)
      }
      conditions.append(condition)
    }
    return conditions
  }

  private mutating func groupOrder(
    _ input: Input,
    _ keys: [GroupKey],
    _ table: Int
  ) throws(HasuraError) -> [GroupOrderTerm] {
    var terms: [GroupOrderTerm] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .orderByGroupAggregate: terms += aggregateOrder(field)
      case .orderByGroupKey: terms += try keyOrder(field, keys, table)
      default: break
      }
    }
    return terms
  }

  /// The order by keys, of which `path` leads to the row that has them.
  private func keyOrder(
    _ input: Input,
    _ keys: [GroupKey],
    _ table: Int,
    path: [Int] = []
  ) throws(HasuraError) -> [GroupOrderTerm] {
    var terms: [GroupOrderTerm] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .orderByObjectRelationship(let index):
        terms += try keyOrder(field, keys, table, path: path + [index])
      case .orderByColumn(let index):
        guard let direction = direction(field) else { continue }
        let column = GroupKey(path: path, column: index)
        guard let key = keys.firstIndex(where: { $0.isOfColumn(of: column) }) else {
          let name = name(of: column, in: table)
          throw failure("groups are put in order by their keys, and \"\(name)\" is none of them")
        }
        terms.append(GroupOrderTerm(key: .key(key), direction: direction))
      default: break
      }
    }
    return terms
  }

  private func aggregateOrder(_ input: Input) -> [GroupOrderTerm] {
    var terms: [GroupOrderTerm] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .orderByCount:
        guard let direction = direction(field) else { continue }
        terms.append(GroupOrderTerm(key: .count, direction: direction))
      case .orderByAggregateFunction(let function):
        for (id, column) in field.fields(variables) {
          guard case .orderByAggregateColumn(let index) = roleSchema.binding(of: id),
            let direction = direction(column)
          else { continue }
          terms.append(
            GroupOrderTerm(key: .aggregate(function, column: index), direction: direction)
          )
        }
      default: break
      }
    }
    return terms
  }

  // MARK: - What is asked of a group

  private mutating func groupItem(
    _ item: CollectedField,
    _ type: TypeID,
    _ query: GroupQuery,
    _ table: Int
  ) throws(HasuraError) -> GroupItem {
    let key = item.responseName
    guard case .defined(let id) = item.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    let inner = schema[id].type.type
    guard case .groupKey = roleSchema.binding(of: id) else {
      return .aggregate(key: key, try aggregateFields(item, inner, table, function: nil))
    }
    return .keys(key: key, try keyFields(item, inner, query, path: []))
  }

  /// What is asked of the keys, of which `path` leads to the row that has them.
  private mutating func keyFields(
    _ item: CollectedField,
    _ type: TypeID,
    _ query: GroupQuery,
    path: [Int]
  ) throws(HasuraError) -> [GroupKeyField] {
    var fields: [GroupKeyField] = []
    for field in try selections(of: item, as: type) {
      let request = try at(field) { (planner) throws(HasuraError) -> GroupKeyField in
        let key = field.responseName
        guard case .defined(let id) = field.kind else {
          return .typename(key: key, name: planner.schema[type].name)
        }
        switch planner.roleSchema.binding(of: id) {
        case .groupKeyRelationship(let index):
          let inner = planner.schema[id].type.type
          return .related(
            key: key,
            try planner.keyFields(field, inner, query, path: path + [index])
          )
        case .groupKeyColumn(let column):
          let own = GroupKey(path: path, column: column)
          guard let index = query.keys.firstIndex(where: { $0.isOfColumn(of: own) }) else {
            return .absent(key: key)
          }
          return .key(key: key, index: index)
        default: return .absent(key: key)
        }
      }
      fields.append(request)
    }
    return fields
  }
}

extension GroupKey {
  /// Whether two keys are of one column, whatever steps they have.
  fileprivate func isOfColumn(of other: GroupKey) -> Bool {
    path == other.path && column == other.column
  }
}

extension GroupKey.Step {
  fileprivate var isWidth: Bool { if case .width = self { true } else { false } }

  fileprivate func `in`(_ zone: ParameterSlot?) -> GroupKey.Step {
    switch self {
    case .dateUnit(let unit, _): .dateUnit(unit, zone: zone)
    case .interval(let slot, _): .interval(slot, zone: zone)
    case .width: self
    }
  }
}

extension BoundType {
  fileprivate var isDateOrTime: Bool { ["date", "timestamp", "timestamptz"].contains(name) }

  fileprivate var isPlainNumber: Bool {
    ["int2", "int4", "int8", "numeric", "float4", "float8", "money"].contains(name)
  }
}
