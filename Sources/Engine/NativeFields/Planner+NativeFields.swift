import GraphQLCore
import JSON
import SQLCompiler

extension Planner {
  /// A field that is written in Swift.
  mutating func native(
    _ field: CollectedField,
    _ id: FieldID,
    _ index: Int
  ) throws(HasuraError) -> RootRequest {
    let native = roleSchema.natives[index]
    if case .lookUp(let columns) = native.body {
      return .row(key: field.responseName, try lookUp(field, id, native, columns))
    }
    if operation.kind == .subscription, try rootFields().count > 1 {
      throw failure("the field has to be the only one of its subscription")
    }
    var arguments: [(name: String, source: ParameterRecipe.Source)] = []
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      guard case .nativeArgument(let index) = binding else { return }
      arguments.append((native.arguments[index].name, input.source))
    }
    var rows: TableQuery?
    var selection: [NativeSelection] = []
    if let table = table(of: native) {
      rows = try tableQuery(field, id, table)
      rows?.rows.filter = keyFilter(of: table, isList: native.result.isList)
    } else {
      selection = try nativeSelection(of: field, schema[id].type.type, native.result)
    }
    let request = NativeRequest(
      field: native,
      key: field.responseName,
      arguments: arguments,
      selection: selection,
      rows: rows,
      path: path.text
    )
    return .external(key: field.responseName, index: external(.native(request, rows: nil)))
  }

  private func table(of native: NativeField) -> Int? {
    native.result.table.flatMap { name in roleSchema.table(name) }
  }

  private mutating func lookUp(
    _ field: CollectedField,
    _ id: FieldID,
    _ native: NativeField,
    _ columns: [String: String]
  ) throws(HasuraError) -> TableQuery {
    guard let table = table(of: native) else { throw failure("the field cannot be planned") }
    var query = try tableQuery(field, id, table)
    var filter = query.rows.filter
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      let bound = planner.roleSchema.tables[table].columns
      guard case .nativeArgument(let index) = binding,
        let name = columns[native.arguments[index].name],
        let column = bound.firstIndex(where: { $0.name == name })
      else { return }
      let slot = planner.slot(input, ParameterRecipe.Form(valueOf: bound[column].type))
      filter = filter && .comparison(column: column, .equal, slot)
    }
    query.rows.filter = filter
    return query
  }

  /// The rows whose keys the function names.
  private mutating func keyFilter(of table: Int, isList: Bool) -> Predicate {
    let bound = roleSchema.tables[table]
    guard let key = bound.primaryKey, !key.isEmpty, !isList || key.count == 1 else { return .never }
    var filter: Predicate?
    for (index, column) in key.enumerated() {
      let form =
        isList ? .array : ParameterRecipe.Form(valueOf: bound.columns[column].type)
      let slot = nativeKeySlot(index, form)
      let comparison = Predicate.comparison(column: column, isList ? .isIn : .equal, slot)
      filter = filter.map { $0 && comparison } ?? comparison
    }
    return filter ?? .never
  }

  /// What is selected of an object, or of each object of a list.
  private mutating func nativeSelection(
    of field: CollectedField,
    _ id: TypeID,
    _ type: NativeType
  ) throws(HasuraError) -> [NativeSelection] {
    var inner = type.element
    while inner.isList { inner = inner.element }
    guard case .object(let object) = inner else { return [] }
    var selection: [NativeSelection] = []
    for selected in try selections(of: field, as: id) {
      let planned = try at(selected) { (planner) throws(HasuraError) -> NativeSelection in
        guard case .defined(let field) = selected.kind,
          case .nativeMember(let index) = planner.roleSchema.binding(of: field)
        else {
          return NativeSelection(
            key: selected.responseName,
            member: nil,
            type: .scalar("String"),
            selection: []
          )
        }
        let member = object.members[index]
        return NativeSelection(
          key: selected.responseName,
          member: member.name,
          type: member.type,
          selection: try planner.nativeSelection(
            of: selected,
            planner.schema[field].type.type,
            member.type
          )
        )
      }
      selection.append(planned)
    }
    return selection
  }
}
