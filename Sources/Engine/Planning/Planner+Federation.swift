import GraphQLCore
import JSON
import SQLCompiler

// Apollo's federation: rows that other graphs refer to, and the schema as text.
extension Planner {
  /// How many objects `_entities` may be asked for at once.
  private static let mostEntities = 1000

  /// The row of each representation, in their order.
  ///
  /// What they say is part of the plan, and so of the variables' shape.
  mutating func entities(
    _ field: CollectedField
  ) throws(HasuraError) -> RootRequest {
    var representations: [JSONValue] = []
    for argument in try arguments(of: field) {
      guard case .representations = roleSchema.binding(of: argument.id),
        let input = Input(argument.value, variables)
      else { continue }
      for element in input.elements(variables) {
        representations.append(Self.json(element.value, variables) ?? .null)
      }
    }
    guard representations.count <= Self.mostEntities else {
      throw failure("at most \(Self.mostEntities) representations are allowed")
    }
    var queries: [TableQuery] = []
    try at(key: "args") { (planner) throws(HasuraError) in
      try planner.at(key: "representations") { (planner) throws(HasuraError) in
        for (index, representation) in representations.enumerated() {
          try planner.at(index: index) { (planner) throws(HasuraError) in
            queries.append(try planner.entity(representation, field))
          }
        }
      }
    }
    return .list(key: field.responseName, queries)
  }

  private mutating func entity(
    _ representation: JSONValue,
    _ field: CollectedField
  ) throws(HasuraError) -> TableQuery {
    guard let name = representation["__typename"]?.string else {
      throw failure("expected an object with the name of its type under '__typename'")
    }
    guard let type = schema.type(named: Array(name.utf8).span),
      let table = entityTable(of: type)
    else {
      throw failure(
        "\"\(name)\" is not found in selection set or apollo federation is not enabled for the type"
      )
    }
    let columns = roleSchema.tables[table].columns
    var rows = RowSelection()
    for column in roleSchema.tables[table].primaryKey ?? [] {
      let key = columns[column].graphQLName ?? columns[column].name
      guard let value = representation[key], !value.isNull else {
        throw failure("the key \"\(key)\" of the type \"\(name)\" is missing")
      }
      let slot = constantSlot(
        .scalar(value),
        ParameterRecipe.Form(valueOf: columns[column].type)
      )
      rows.filter = rows.filter && .comparison(column: column, .equal, slot)
    }
    return TableQuery(table: table, rows: rows, fields: try fieldRequests(field, type, table))
  }

  private func entityTable(of type: TypeID) -> Int? {
    guard let entity = schema.type(named: "_Entity".utf8Span.span),
      schema[entity].possibleTypes.contains(type)
    else { return nil }
    return roleSchema.tables.firstIndex {
      $0.isVisible && Array($0.graphQLName.utf8) == Array(schema[type].name.utf8)
    }
  }

  /// A value of the scalar `_Any`; nil where it holds a variable that the request leaves out.
  private static func json(_ value: InputValue, _ variables: VariableValues) -> JSONValue? {
    switch value {
    case .scalar(let value): return value
    case .string(let text): return .string(text)
    case .boolean(let value): return .bool(value)
    case .int(let text), .float(let text): return JSONNumber(text).map { .number($0) }
    case .variable(let index): return variables[index].flatMap { json($0, variables) }
    case .scalarObject(let fields):
      var object = JSONObject()
      for field in fields { object[field.name] = json(field.value, variables) }
      return .object(object)
    case .list(let elements): return .array(elements.map { json($0, variables) ?? .null })
    case .null, .enumValue, .object, .rows: return .null
    }
  }

  /// `_service { sdl }`.
  mutating func service(_ field: CollectedField, _ id: FieldID) throws(HasuraError) -> RootRequest {
    let type = schema[id].type.type
    var members: [RootRequest] = []
    for selected in try selections(of: field, as: type) {
      let key = selected.responseName
      if case .defined = selected.kind {
        let text = JSONValue.string(roleSchema.federationText).text
        members.append(.constant(key: key, json: text))
      } else {
        members.append(.typename(key: key, name: schema[type].name))
      }
    }
    return .namespace(key: field.responseName, members)
  }
}

extension RoleSchema {
  /// The schema as a part of a federated graph, without what the federation itself asks of it.
  fileprivate var federationText: String {
    var keys: [String: String] = [:]
    let entity = schema.type(named: "_Entity".utf8Span.span)
    let entities = entity.map { schema[$0].possibleTypes } ?? []
    for table in tables where table.isVisible {
      guard let type = schema.type(named: Array(table.graphQLName.utf8).span),
        entities.contains(type)
      else { continue }
      let names = (table.primaryKey ?? []).compactMap { table.columns[$0].graphQLName }
      keys[table.graphQLName] = names.joined(separator: " ")
    }
    let own = ["scalar _Any", "union _Entity ", "type _Service "]
    let blocks = sdl.split(separator: "\n\n", omittingEmptySubsequences: true).filter { block in
      !own.contains { block.hasPrefix($0) }
    }
    let lines = blocks.joined(separator: "\n\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("  _service: ") && !$0.hasPrefix("  _entities(") }
      .map { line -> String in
        guard line.hasPrefix("type "), let name = line.dropFirst(5).split(separator: " ").first,
          let key = keys[String(name)]
        else { return String(line) }
        return line.replacingPrefix("type \(name)", by: "type \(name) @key(fields: \"\(key)\")")
      }
    return """
      extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])

      """ + "\n" + lines.joined(separator: "\n") + "\n"
  }
}

extension Substring {
  fileprivate func replacingPrefix(_ prefix: String, by other: String) -> String {
    other + dropFirst(prefix.count)
  }
}
