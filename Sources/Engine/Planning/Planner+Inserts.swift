import GraphQLCore
import JSON
import SQLCompiler

extension Planner {
  /// Nil where there is no row to insert.
  mutating func insert(_ field: CollectedField, _ table: Int) throws(HasuraError) -> Write? {
    var conflict: ConflictClause?
    var given: (input: Input, isOne: Bool)?
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      switch binding {
      case .insertObjects: given = (input, false)
      case .insertObject: given = (input, true)
      case .onConflict: conflict = try planner.conflict(input, table)
      default: break
      }
    }
    guard let given else { return nil }
    return try at(key: "args") { (planner) throws(HasuraError) in
      try planner.at(key: given.isOne ? "object" : "objects") { (planner) throws(HasuraError) in
        let source = InsertSource(given.input, isOne: given.isOne)
        guard let rows = try planner.rows(source, table, conflict, determined: []) else {
          return nil
        }
        return Write(table: table, action: .insert(rows), path: rows.path)
      }
    }
  }

  // MARK: - Conflicts

  private mutating func conflict(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> ConflictClause? {
    var clause: ConflictClause?
    var columns: [Int] = []
    var filter = Predicate.always
    for (id, value) in input.fields(variables) {
      switch roleSchema.binding(of: id) {
      case .conflictConstraint:
        guard case .enumValue(let id) = value.value,
          case .constraint(let name) = roleSchema.binding(of: id)
        else { continue }
        clause = ConflictClause(.constraint(name), columns: [])
      case .conflictColumns:
        columns = self.columns(value)
        try at(key: schema[id].name) { (planner) throws(HasuraError) in
          // The enum of a role that may update nothing has a value, which stands for no column.
          guard columns.count == value.elements(planner.variables).count else {
            throw planner.failure("erroneous column name")
          }
        }
      case .conflictWhere:
        filter = try at(key: schema[id].name) { (planner) throws(HasuraError) in
          try planner.predicate(value, table)
        }
      default: break
      }
    }
    let permission = roleSchema.writes[table].update
    clause?.columns = columns
    guard !columns.isEmpty else { return clause }
    clause?.filter = filter.within(permission?.filter ?? .never)
    clause?.presets = permission?.presets ?? []
    return clause
  }

  // MARK: - Rows

  /// The rows that a list stands for; nil where it is empty.
  ///
  /// `determined` are columns that the rows get from the row they belong to.
  private mutating func rows(
    _ source: InsertSource,
    _ table: Int,
    _ conflict: ConflictClause?,
    determined: [Int]
  ) throws(HasuraError) -> InsertRows? {
    let permission = roleSchema.writes[table].insert
    let presets = permission?.presets ?? []
    check(.elements(source.input.source), by: permission?.validator)
    var rows = InsertRows(
      table: table,
      content: .objects([]),
      conflict: conflict,
      check: permission?.check ?? .never,
      updateCheck: roleSchema.writes[table].update?.check,
      path: path.text
    )
    if let arrays = InsertArrays(source, roleSchema, variables) {
      guard arrays.count > 0 else { return nil }
      if let conflict = arrays.firstRow(withOneOf: determined) {
        throw try at(index: conflict.row) { (planner) throws(HasuraError) in
          planner.determinedTwice(conflict.columns, table)
        }
      }
      let columns = arrays.columns.map { arrayColumn($0, source.input, table) }
      rows.content = .arrays(columns, common: presets)
      return rows
    }
    var objects: [InsertObject] = []
    for (index, element) in source.elements(variables).enumerated() {
      let object = { (planner: inout Planner) throws(HasuraError) -> InsertObject in
        try planner.object(element, table, presets: presets, determined: determined)
      }
      // A relationship's one object is not an element of a list.
      objects.append(source.isOneOfRelationship ? try object(&self) : try at(index: index, object))
    }
    guard !objects.isEmpty else { return nil }
    if objects.count == 1, objects[0].before.isEmpty, objects[0].after.isEmpty {
      objects[0].path = rows.path
    }
    rows.content = .objects(objects)
    return rows
  }

  private mutating func arrayColumn(
    _ column: InsertArrays.Column,
    _ input: Input,
    _ table: Int
  ) -> ArrayColumn {
    let bound = roleSchema.tables[table].columns[column.binding.index]
    let form = ParameterRecipe.Form.column(
      column.id,
      acceptsNull: column.binding.acceptsNull,
      ParameterRecipe.Form(valueOf: bound.type).element
    )
    if column.isPartial {
      let partial = PartialColumn(table: table, column: column.binding.index)
      if !partialColumns.contains(partial) { partialColumns.append(partial) }
    }
    return ArrayColumn(
      column: column.binding.index,
      values: slot(input, form),
      presence: column.isPartial ? slot(input, .presence(column.id)) : nil
    )
  }

  private mutating func object(
    _ input: Input,
    _ table: Int,
    presets: [ColumnValue],
    determined: [Int]
  ) throws(HasuraError) -> InsertObject {
    var object = InsertObject(columns: presets, path: path.text)
    var given: [Int] = []
    var relationships: [(id: InputValueID, index: Int, input: Input)] = []
    for (id, value) in input.fields(variables) {
      switch roleSchema.binding(of: id) {
      case .insertColumn(let column):
        given.append(column.index)
        let slot = try at(key: schema[id].name) { (planner) throws(HasuraError) in
          let type = planner.roleSchema.tables[table].columns[column.index].type
          return planner.slot(value, ParameterRecipe.Form(valueOf: type))
        }
        object.columns.append(ColumnValue(column: column.index, slot: slot))
      case .insertRelationship(let index):
        if !value.isNull { relationships.append((id, index, value)) }
      default: break
      }
    }
    let twice = given.filter { determined.contains($0) }
    guard twice.isEmpty else { throw determinedTwice(twice, table) }
    let taken = given + determined
    for (id, index, value) in relationships {
      try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.add(value, index, table, taken: taken, to: &object)
      }
    }
    return object
  }

  /// Adds what is inserted through a relationship.
  private mutating func add(
    _ input: Input,
    _ index: Int,
    _ table: Int,
    taken: [Int],
    to object: inout InsertObject
  ) throws(HasuraError) {
    let relationship = roleSchema.tables[table].relationships[index]
    let isBefore = !relationship.isArray && !relationship.isInsertedAfter
    if isBefore {
      let twice = relationship.columns.map(\.local).filter { taken.contains($0) }
      guard twice.isEmpty else {
        throw failure(
          "cannot insert object relationship \"\(relationship.name)\" as \(names(twice, table)) "
            + "column values are already determined"
        )
      }
    }
    let determined = isBefore ? [] : relationship.columns.map(\.remote)
    guard let rows = try relatedRows(input, relationship, determined: determined) else { return }
    let related = RelatedInsert(relationship: index, rows: rows, path: path.text)
    if isBefore { object.before.append(related) } else { object.after.append(related) }
  }

  /// The rows of `{data, on_conflict}`; nil where there are none.
  mutating func relatedRows(
    _ input: Input,
    _ relationship: BoundRelationship,
    determined: [Int]
  ) throws(HasuraError) -> InsertRows? {
    let target = relationship.target
    var conflict: ConflictClause?
    var data: Input?
    for (id, value) in input.fields(variables) {
      switch roleSchema.binding(of: id) {
      case .relatedData: data = value
      case .onConflict:
        conflict = try at(key: schema[id].name) { (planner) throws(HasuraError) in
          try planner.conflict(value, target)
        }
      default: break
      }
    }
    guard let data else { return nil }
    let source = InsertSource(
      data,
      isOne: !relationship.isArray,
      isOneOfRelationship: !relationship.isArray
    )
    return try at(key: "data") { (planner) throws(HasuraError) in
      try planner.rows(source, target, conflict, determined: determined)
    }
  }

  // MARK: - Messages

  private func determinedTwice(_ columns: [Int], _ table: Int) -> HasuraError {
    failure(
      "cannot insert \(names(columns, table)) columns as their values are already being "
        + "determined by parent insert"
    )
  }

  private func names(_ columns: [Int], _ table: Int) -> String {
    columns.map { "\"\(roleSchema.tables[table].columns[$0].name)\"" }.joined(separator: ", ")
  }
}
