import GraphQLCore
import JSON
import SQLCompiler

// The Relay schema: connections and nodes.
extension Planner {
  mutating func connection(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int,
    function: FunctionCall? = nil
  ) throws(HasuraError) -> ConnectionQuery {
    let rows = try connectionRows(field, table)
    let type = schema[id].type.type
    var items: [ConnectionItem] = []
    for item in try selections(of: field, as: type) {
      items.append(
        try at(item) { (planner) throws(HasuraError) in
          try planner.connectionItem(item, type, table)
        }
      )
    }
    return ConnectionQuery(table: table, function: function, rows: rows, items: items)
  }

  private mutating func connectionItem(
    _ item: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> ConnectionItem {
    let key = item.responseName
    guard case .defined(let id) = item.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    let inner = schema[id].type.type
    if case .edges = roleSchema.binding(of: id) {
      var edges: [EdgeItem] = []
      for selected in try selections(of: item, as: inner) {
        edges.append(
          try at(selected) { (planner) throws(HasuraError) in
            try planner.edgeItem(selected, inner, table)
          }
        )
      }
      return .edges(key: key, edges)
    }
    return .pageInfo(
      key: key,
      try selections(of: item, as: inner).map { selected in
        guard case .defined(let id) = selected.kind,
          case .pageFact(let fact) = roleSchema.binding(of: id)
        else { return .typename(key: selected.responseName, name: schema[inner].name) }
        return .fact(key: selected.responseName, fact)
      }
    )
  }

  private mutating func edgeItem(
    _ item: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> EdgeItem {
    let key = item.responseName
    guard case .defined(let id) = item.kind else {
      return .typename(key: key, name: schema[type].name)
    }
    if case .edgeCursor = roleSchema.binding(of: id) { return .cursor(key: key) }
    return .node(key: key, try fieldRequests(item, schema[id].type.type, table))
  }

  // MARK: - Pages

  /// What cuts a page out of the rows, as the arguments have it.
  private struct Cut {
    var first: RowCount?
    var last: RowCount?
    var after: Input?
    var before: Input?
  }

  private mutating func connectionRows(
    _ field: CollectedField,
    _ table: Int
  ) throws(HasuraError) -> RowSelection {
    var rows = try rowSelection(field, table)
    var cut = Cut()
    let arguments = try arguments(of: field)
    try at(key: "args") { (planner) throws(HasuraError) in
      for argument in arguments {
        guard let input = Input(argument.value, planner.variables), !input.isNull else { continue }
        let binding = planner.roleSchema.binding(of: argument.id)
        try planner.at(key: planner.schema[argument.id].name) { (planner) throws(HasuraError) in
          switch binding {
          case .first: cut.first = try planner.limit(input)
          case .last: cut.last = try planner.limit(input)
          case .after: cut.after = input
          case .before: cut.before = input
          default: break
          }
        }
      }
      if cut.first != nil, cut.last != nil {
        throw planner.failure("\"first\" and \"last\" are not allowed at once")
      }
      if cut.after != nil, cut.before != nil {
        throw planner.failure("\"after\" and \"before\" are not allowed at once")
      }
    }
    let bound = roleSchema.tables[table]
    if rows.order.isEmpty {
      rows.order = rows.distinctOn.map { OrderTerm(key: .column($0), direction: .ascending) }
    }
    let ordered = rows.order.compactMap {
      if case .column(let column) = $0.key { column } else { nil }
    }
    for column in bound.primaryKey ?? [] where !ordered.contains(column) {
      rows.order.append(OrderTerm(key: .column(column), direction: .ascending))
    }
    let keys = rows.order.map { cursorKey($0.key, of: table) }
    var page = ConnectionPage(
      cursorPaths: keys.map(\.path),
      count: cut.first ?? cut.last,
      isFromEnd: cut.last != nil
    )
    if let cursor = cut.after ?? cut.before {
      page.bound = ConnectionPage.Bound(
        values: try values(of: cursor, keys),
        isBefore: cut.before != nil
      )
    }
    rows.page = page
    return rows
  }

  /// Where in a cursor the value of an order's key stands, and of which type it is.
  private func cursorKey(_ key: OrderKey, of table: Int) -> (path: [String], type: BoundType?) {
    let bound = roleSchema.tables[table]
    switch key {
    case .column(let column), .tieBreaker(let column):
      return ([bound.columns[column].name], bound.columns[column].type)
    case .object(let index, let inner):
      let relationship = bound.relationships[index]
      let (path, type) = cursorKey(inner, of: relationship.target)
      return ([relationship.name] + path, type)
    case .count(let index):
      return ([bound.relationships[index].name + "_aggregate", "count"], nil)
    case .aggregate(let index, let function, let column):
      let relationship = bound.relationships[index]
      let target = roleSchema.tables[relationship.target].columns[column]
      let keepsType = function == .max || function == .min
      return (
        [relationship.name + "_aggregate", function.rawValue, target.name],
        keepsType ? target.type : nil
      )
    case .computed(let value):
      let field = bound.computedFields[value.field]
      return ([field.name], field.type)
    case .computedCount: return (["aggregate", "count"], nil)
    case .computedAggregate(_, let target, let function, let column):
      let column = roleSchema.tables[target].columns[column]
      return (["aggregate", function.rawValue, column.name], nil)
    }
  }

  /// The values in a cursor, which has to be one of the same order.
  private mutating func values(
    of cursor: Input,
    _ keys: [(path: [String], type: BoundType?)]
  ) throws(HasuraError) -> [(slot: ParameterSlot, type: String)] {
    let text = if case .string(let text) = cursor.value { text } else { "" }
    let bytes = Base64.decodeLeniently(text)
    let parsed = try? JSONValue(parsing: bytes.span)
    var values: [(slot: ParameterSlot, type: String)] = []
    for (path, type) in keys {
      let found = path.reduce(parsed) { $0?[$1] }
      guard let found else {
        throw HasuraError(
          .parseFailed,
          "the \"after\" or \"before\" cursor is invalid",
          path: self.path.key("args").text
        )
      }
      let form = type.map { ParameterRecipe.Form(valueOf: $0) } ?? .scalar
      let slot = constantSlot(found.isNull ? .null : .scalar(found), form)
      values.append((slot, type?.sqlName ?? "numeric"))
    }
    return values
  }

  // MARK: - Nodes

  /// The row that an id names; what it is of follows from the id alone.
  mutating func node(_ field: CollectedField) throws(HasuraError) -> RootRequest {
    let argument = try arguments(of: field).first
    guard let argument, let input = Input(argument.value, variables) else {
      throw failure("missing required field 'id'")
    }
    let text =
      switch input.value {
      case .string(let text), .int(let text): text
      default: ""
      }
    let (table, slots) = try at(key: "args") { (planner) throws(HasuraError) in
      try planner.at(key: "id") { (planner) throws(HasuraError) in
        try planner.nodeTable(text)
      }
    }
    let bound = roleSchema.tables[table]
    var rows = RowSelection()
    for (column, value) in slots {
      try check(value, of: bound.columns[column])
      let slot = constantSlot(
        .scalar(value),
        ParameterRecipe.Form(valueOf: bound.columns[column].type)
      )
      rows.filter = rows.filter && .comparison(column: column, .equal, slot)
    }
    guard let type = schema.type(named: Array(bound.graphQLName.utf8).span) else {
      throw failure("the field cannot be planned")
    }
    let query = TableQuery(
      table: table,
      rows: rows,
      fields: try fieldRequests(field, type, table)
    )
    return .row(key: field.responseName, query)
  }

  private func nodeTable(
    _ text: String
  ) throws(HasuraError) -> (Int, [(column: Int, value: JSONValue)]) {
    let id: NodeID
    do {
      id = try NodeID(parsing: text)
    } catch {
      throw failure("invalid node id: \(error.message)")
    }
    let table = roleSchema.tables.firstIndex { $0.name == id.table && $0.isVisible }
    guard let table, let key = roleSchema.tables[table].primaryKey,
      key.allSatisfy({ roleSchema.tables[table].columns[$0].graphQLName != nil })
    else { throw failure("invalid node id: no such table found: \"\(id.table)\"") }
    let columns = roleSchema.tables[table].columns
    if key.count > id.key.count {
      let missing = key.dropFirst(id.key.count).map { "'\(columns[$0].name)'" }
      throw failure(
        "invalid node id: primary key columns [\(missing.joined(separator: ", "))] are missing"
      )
    }
    if id.key.count > key.count {
      let rest = id.key.dropFirst(key.count).map { String(decoding: $0.serialized, as: UTF8.self) }
      throw failure("invalid node id: unexpected column values [\(rest.joined(separator: ", "))]")
    }
    return (table, Array(zip(key, id.key)).map { (column: $0, value: $1) })
  }

  /// Refuses a value in an id that is of another kind than the column's.
  private func check(_ value: JSONValue, of column: BoundColumn) throws(HasuraError) {
    let expected: (type: String, kind: String)? =
      switch column.type.name {
      case "text", "varchar": ("Text", "String")
      case "bpchar", "citext": ("Text", "String")
      case "int4": ("Int32", "Number")
      case "int2": ("Int16", "Number")
      case "bool": ("Bool", "Boolean")
      case "uuid": ("UUID", "String")
      default: nil
      }
    guard let expected, NodeID.kind(of: value) != expected.kind else { return }
    throw HasuraError(
      .parseFailed,
      "value of column '\(column.name)' in node id: parsing \(expected.type) failed, expected "
        + "\(expected.kind), but encountered \(NodeID.kind(of: value))",
      path: path.text
    )
  }
}
