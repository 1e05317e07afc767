import JSON
import GraphQLCore
import SQLCompiler

extension Planner {
  mutating func tableQuery(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int,
    function: FunctionCall? = nil
  ) throws(HasuraError) -> TableQuery {
    let rows = try rowSelection(field, table)
    let fields = try fieldRequests(field, schema[id].type.type, table)
    return TableQuery(table: table, function: function, rows: rows, fields: fields)
  }

  /// What is selected of a table's object.
  mutating func fieldRequests(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> [SQLCompiler.FieldRequest] {
    var requests: [SQLCompiler.FieldRequest] = []
    for selected in try selections(of: field, as: type) {
      let request = try at(selected) { (planner) throws(HasuraError) in
        try planner.fieldRequest(selected, type, table)
      }
      requests.append(request)
    }
    return requests
  }

  private mutating func fieldRequest(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> SQLCompiler.FieldRequest {
    let key = field.responseName
    guard case .defined(let id) = field.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    let relationships = roleSchema.tables[table].relationships
    switch roleSchema.binding(of: id) {
    case .column(_, let column):
      return .column(key: key, column: column, path: try jsonPathSlot(field))
    case .nodeID: return .nodeID(key: key)
    case .relationshipConnection(let index):
      let query = try connection(field, id, relationships[index].target)
      return .connection(key: key, relationship: index, query)
    case .computedField(let index): return try computedField(field, id, index, of: table)
    case .objectRelationship(let index):
      let call = try queryCall(relationships[index], of: table, field)
      let query = try tableQuery(field, id, relationships[index].target, function: call)
      return .object(key: key, relationship: index, query)
    case .arrayRelationship(let index):
      let call = try queryCall(relationships[index], of: table, field)
      let query = try tableQuery(field, id, relationships[index].target, function: call)
      return .array(key: key, relationship: index, query)
    case .arrayRelationshipAggregate(let index):
      let query = try aggregateQuery(field, id, relationships[index].target)
      return .aggregate(key: key, relationship: index, query)
    case .remoteRelationship(let index): return try remote(field, id, index, of: table)
    case .remoteRelationshipAggregate(let index):
      return try remote(field, id, index, of: table, isAggregate: true)
    default:
      throw HasuraError(.unexpected, "the field cannot be planned", path: path.text)
    }
  }

  mutating func jsonPathSlot(
    _ field: CollectedField
  ) throws(HasuraError) -> ParameterSlot? {
    for argument in try arguments(of: field) {
      let (id, value) = (argument.id, argument.value)
      guard case .jsonPath = roleSchema.binding(of: id), let input = Input(value, variables),
        !input.isNull
      else { continue }
      return try at(key: "args") { (planner) throws(HasuraError) in
        try planner.at(key: "path") { (planner) throws(HasuraError) in
          planner.slot(input, .jsonPath)
        }
      }
    }
    return nil
  }

  // MARK: - Aggregates

  mutating func aggregateQuery(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int,
    function: FunctionCall? = nil
  ) throws(HasuraError) -> AggregateQuery {
    let rows = try rowSelection(field, table)
    let type = schema[id].type.type
    var items: [AggregateItem] = []
    for item in try selections(of: field, as: type) {
      let request = try at(item) { (planner) throws(HasuraError) in
        try planner.aggregateItem(item, type, table)
      }
      items.append(request)
    }
    return AggregateQuery(table: table, function: function, rows: rows, items: items)
  }

  private mutating func aggregateItem(
    _ item: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> AggregateItem {
    let key = item.responseName
    guard case .defined(let id) = item.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    let inner = schema[id].type.type
    if case .nodes = roleSchema.binding(of: id) {
      return .nodes(key: key, try fieldRequests(item, inner, table))
    }
    if case .groupBy = roleSchema.binding(of: id) {
      return .groups(key: key, try groupQuery(item, inner, table))
    }
    return .aggregate(key: key, try aggregateFields(item, inner, table, function: nil))
  }

  mutating func aggregateFields(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int,
    function: AggregateFunction?
  ) throws(HasuraError) -> [AggregateField] {
    var fields: [AggregateField] = []
    for selected in try selections(of: field, as: type) {
      let request = try at(selected) { (planner) throws(HasuraError) in
        try planner.aggregateField(selected, type, table, function: function)
      }
      fields.append(request)
    }
    return fields
  }

  private mutating func aggregateField(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int,
    function: AggregateFunction?
  ) throws(HasuraError) -> AggregateField {
    let key = field.responseName
    guard case .defined(let id) = field.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    switch (roleSchema.binding(of: id), function) {
    case (.count, _):
      var columns: [Int] = []
      var isDistinct = false
      for argument in try arguments(of: field) {
        let (id, value) = (argument.id, argument.value)
        guard let input = Input(value, variables) else { continue }
        switch roleSchema.binding(of: id) {
        case .countColumns: columns = self.columns(input)
        case .countDistinct: isDistinct = input.value == .boolean(true)
        default: break
        }
      }
      return .count(key: key, columns: columns, isDistinct: isDistinct)
    case (.aggregateFunction(let function), _):
      let inner = schema[id].type.type
      return .group(key: key, try aggregateFields(field, inner, table, function: function))
    case (.aggregateColumn(let column), let function?):
      return .function(key: key, function, column: column)
    case (.aggregateComputedField(let index), let function?):
      let call = try call(roleSchema.tables[table].computedFields[index].function, field)
      return .computed(key: key, function, ComputedValue(field: index, call: call))
    default:
      throw HasuraError(.unexpected, "the field cannot be planned", path: path.text)
    }
  }

  /// The columns that values of a `select_column` enum name.
  func columns(_ input: Input) -> [Int] {
    input.elements(variables).compactMap { element in
      guard case .enumValue(let id) = element.value,
        case .column(let column) = roleSchema.binding(of: id)
      else { return nil }
      return column
    }
  }
}
