import GraphQLCore
import SQLCompiler

// What inserts take.
extension SchemaAssembly {
  mutating func defineInsertInput(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    let quoted = visible.displayName.inQuotes
    var members = Members<InputValueDefinition, InputBinding>()
    for column in visible.columns(at: visible.writes.insert?.columns ?? []) {
      members.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: try reference(to: column.type, for: table),
          takesTexts: true
        ),
        .insertColumn(
          InsertColumn(
            index: column.index,
            acceptsNull: column.isNullable,
            isArrayed: visible.writes.knowsDefaults
          )
        )
      )
    }
    for (index, relationship) in visible.bound.relationships.enumerated()
    where tables[relationship.target].writes.insert != nil {
      members.append(
        InputValueDefinition(
          name: relationship.name,
          type: try reference(
            to: relationship.isArray ? .arrayInsertInput : .objectInsertInput,
            of: relationship.target
          )
        ),
        .insertRelationship(index)
      )
    }
    define(
      inputObject: id,
      description: "input type for inserting data into table \(quoted)",
      members.sorted
    )
  }

  mutating func defineRelatedInsert(
    of table: Int,
    isArray: Bool,
    _ id: TypeID
  ) throws(NameConflict) {
    let quoted = tables[table].displayName.inQuotes
    let row = try reference(to: .insertInput, of: table).nonNull
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(name: "data", type: isArray ? row.list.nonNull : row),
      .relatedData
    )
    try appendConflict(of: table, to: &members)
    let kind = isArray ? "array" : "object"
    define(
      inputObject: id,
      description: "input type for inserting \(kind) relation for remote table \(quoted)",
      members
    )
  }

  // MARK: - Conflicts

  mutating func defineOnConflict(of table: Int, _ id: TypeID) throws(NameConflict) {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "constraint",
        type: try reference(to: .constraint, of: table).nonNull
      ),
      .conflictConstraint
    )
    members.append(
      InputValueDefinition(
        name: "update_columns",
        type: try reference(to: .updateColumn, of: table).nonNull.list.nonNull,
        defaultValue: .list([])
      ),
      .conflictColumns
    )
    members.append(
      InputValueDefinition(name: "where", type: try reference(to: .boolExp, of: table)),
      .conflictWhere
    )
    define(
      inputObject: id,
      description: "on_conflict condition type for table \(tables[table].displayName.inQuotes)",
      members
    )
  }

  mutating func defineConstraint(of table: Int, _ id: TypeID) {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for constraint in tables[table].writes.namedConstraints {
      let columns = constraint.columns.map(\.inQuotes).joined(separator: ", ")
      values.append(
        EnumValueDefinition(
          name: constraint.name,
          description: "unique or primary key constraint on columns \(columns)"
        ),
        .constraint(constraint.name)
      )
    }
    define(
      enumeration: id,
      description:
        "unique or primary key constraints on table \(tables[table].displayName.inQuotes)",
      values
    )
  }

  mutating func defineUpdateColumn(of table: Int, _ id: TypeID) {
    let visible = tables[table]
    var values = columnValues(visible.columns(at: visible.writes.update?.columns ?? []))
    if values.isEmpty {
      values.append(
        EnumValueDefinition(name: "_PLACEHOLDER", description: "placeholder (do not use)"),
        .none
      )
    }
    define(
      enumeration: id,
      description: "update columns of table \(visible.displayName.inQuotes)",
      values
    )
  }
}
