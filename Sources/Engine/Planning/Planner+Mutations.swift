import GraphQLCore
import JSON
import SQLCompiler

// The root fields of mutations.
extension Planner {
  /// The root fields in the order in which they run.
  mutating func mutations() throws(HasuraError) -> [MutationRequest] {
    var requests: [MutationRequest] = []
    var writesTables = false
    for field in try rootFields() {
      let request = try at(field) { (planner) throws(HasuraError) in
        let request = try planner.mutation(field)
        // Tables are written in one transaction, after what functions do in theirs.
        if writesTables, case .root(.external) = request {
          throw planner.failure("the field has to stand before those that write tables")
        }
        return request
      }
      if !request.isExternal { writesTables = true }
      requests.append(request)
    }
    return requests
  }

  private mutating func mutation(
    _ field: CollectedField,
    of parent: TypeID? = nil
  ) throws(HasuraError) -> MutationRequest {
    guard case .defined(let id) = field.kind else { return .root(try root(field, of: parent)) }
    let key = field.responseName
    switch roleSchema.binding(of: id) {
    case .insert(let table):
      let write = try insert(field, table)
      return .write(key: key, write, table: table, try response(field, id, table))
    case .insertOne(let table):
      let write = try insert(field, table)
      return .write(key: key, write, table: table, try row(field, id, table))
    case .update(let table):
      let write = try update(field, table)
      return .write(key: key, write, table: table, try response(field, id, table))
    case .updateByPrimaryKey(let table):
      let write = try update(field, table)
      let output = try row(field, id, table)
      if let write, case .update(let rows) = write.action, let refusal = write.noRow,
        rows.changes.isEmpty, rows.related.isEmpty
      {
        return .root(.demand(key: key, table: table, rows.filter, refusal))
      }
      return .write(key: key, write, table: table, output)
    case .updateMany(let table):
      let writes = try updates(field, table)
      return .writes(
        key: key,
        writes,
        table: table,
        try writeFields(field, schema[id].type.type, table)
      )
    case .delete(let table):
      let write = try delete(field, table)
      return .write(key: key, write, table: table, try response(field, id, table))
    case .deleteByPrimaryKey(let table):
      let write = try delete(field, table)
      return .write(key: key, write, table: table, try row(field, id, table))
    case .namespace:
      var requests: [MutationRequest] = []
      let type = schema[id].type.type
      for inner in try namespaceFields(of: field, id) {
        requests.append(
          try at(inner) { (planner) throws(HasuraError) in try planner.mutation(inner, of: type) }
        )
      }
      return .namespace(key: key, requests)
    default: return .root(try root(field))
    }
  }

  // MARK: - Answers

  private mutating func row(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int
  ) throws(HasuraError) -> MutationOutput {
    .row(try fieldRequests(field, schema[id].type.type, table))
  }

  private mutating func response(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int
  ) throws(HasuraError) -> MutationOutput {
    .response(try writeFields(field, schema[id].type.type, table))
  }

  /// What is selected of `<t>_mutation_response`.
  private mutating func writeFields(
    _ field: CollectedField,
    _ type: TypeID,
    _ table: Int
  ) throws(HasuraError) -> [WriteField] {
    var fields: [WriteField] = []
    for selected in try selections(of: field, as: type) {
      let planned = try at(selected) { (planner) throws(HasuraError) -> WriteField in
        let key = selected.responseName
        guard case .defined(let id) = selected.kind else {
          return .typename(key: key, name: planner.schema[type].name)
        }
        guard case .returning = planner.roleSchema.binding(of: id) else {
          return .affectedRows(key: key)
        }
        let inner = planner.schema[id].type.type
        return .returning(key: key, try planner.fieldRequests(selected, inner, table))
      }
      fields.append(planned)
    }
    return fields
  }

  // MARK: - Deletes

  private mutating func delete(
    _ field: CollectedField,
    _ table: Int
  ) throws(HasuraError) -> Write {
    var filter = roleSchema.writes[table].delete ?? .never
    var refusal: WriteRefusal?
    var arguments: [(name: String, source: ParameterRecipe.Source)] = []
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      arguments.append((planner.lastKey, input.source))
      try planner.restrict(&filter, binding, input, table, &refusal)
    }
    check(.arguments(arguments), by: roleSchema.writes[table].deleteValidator)
    return Write(table: table, action: .delete(filter), path: "$", noRow: refusal)
  }

  /// Adds what an argument says of the rows that are meant.
  mutating func restrict(
    _ filter: inout Predicate,
    _ binding: InputBinding,
    _ input: Input,
    _ table: Int,
    _ refusal: inout WriteRefusal?
  ) throws(HasuraError) {
    switch binding {
    case .whereArgument: filter = try predicate(input, table).within(filter)
    case .primaryKeyColumn(let column):
      let slot = slot(
        input,
        ParameterRecipe.Form(valueOf: roleSchema.tables[table].columns[column].type)
      )
      filter = filter && .comparison(column: column, .equal, slot)
    case .keyColumns:
      for (id, value) in input.fields(variables) {
        guard case .primaryKeyColumn(let column) = roleSchema.binding(of: id) else { continue }
        let slot = try at(key: schema[id].name) { (planner) throws(HasuraError) in
          planner.slot(
            value,
            ParameterRecipe.Form(
              valueOf: planner.roleSchema.tables[table].columns[column].type
            )
          )
        }
        filter = filter && .comparison(column: column, .equal, slot)
      }
    case .precondition:
      guard !input.isNull else { return }
      filter = try predicate(input, table).within(filter)
      refusal = WriteRefusal(
        .precondition("no row of this key meets the condition of \"if\""),
        path: path.text
      )
    default: break
    }
  }

  /// Goes through the arguments that are given.
  mutating func eachArgument(
    of field: CollectedField,
    _ body: (inout Planner, InputBinding, Input) throws(HasuraError) -> Void
  ) throws(HasuraError) {
    let arguments = try arguments(of: field)
    try at(key: "args") { (planner) throws(HasuraError) in
      for argument in arguments {
        guard let input = Input(argument.value, planner.variables) else { continue }
        let binding = planner.roleSchema.binding(of: argument.id)
        try planner.at(key: planner.schema[argument.id].name) { (planner) throws(HasuraError) in
          try body(&planner, binding, input)
        }
      }
    }
  }
}

extension MutationRequest {
  /// Whether it is answered without a statement of the plan.
  fileprivate var isExternal: Bool {
    switch self {
    case .root(.external), .root(.typename): true
    default: false
    }
  }
}
