import GraphQLCore
import SQLCompiler

// What updates take for the rows that belong to those that they find. Hasura has none of it.
extension SchemaAssembly {
  /// `related`, where the role may write through a relationship.
  ///
  /// Where tables have the names that its types would have, those keep them.
  mutating func appendRelated(
    of table: Int,
    to members: inout Members<InputValueDefinition, InputBinding>
  ) throws(NameConflict) {
    guard !writableRelationships(of: table).isEmpty, isFree(.relatedInput, of: table) else {
      return
    }
    members.append(
      InputValueDefinition(
        name: "related",
        description: "what happens to rows that belong to those that are updated",
        type: try reference(to: .relatedInput, of: table)
      ),
      .related
    )
  }

  mutating func defineRelated(of table: Int, _ id: TypeID) throws(NameConflict) {
    var members = Members<InputValueDefinition, InputBinding>()
    for index in writableRelationships(of: table) {
      let relationship = tables[table].bound.relationships[index]
      members.append(
        InputValueDefinition(
          name: relationship.name,
          type: try reference(
            to: relationship.isArray ? .relatedChanges : .relatedRowChanges,
            of: relationship.target
          )
        ),
        .relatedChanges(index)
      )
    }
    define(
      inputObject: id,
      description: "input type for changing rows that belong to rows of "
        + tables[table].displayName.inQuotes,
      members.sorted
    )
  }

  /// `insert` is there only for array relationships, whose rows take columns from the other row.
  mutating func defineRelatedChanges(
    of table: Int,
    isArray: Bool,
    _ id: TypeID
  ) throws(NameConflict) {
    let writes = tables[table].writes
    var members = Members<InputValueDefinition, InputBinding>()
    if writes.delete != nil {
      members.append(
        InputValueDefinition(
          name: "delete",
          description: "which of the rows are deleted; this happens first",
          type: try reference(to: .boolExp, of: table)
        ),
        .relatedDelete
      )
    }
    if isArray, writes.insert != nil {
      members.append(
        InputValueDefinition(
          name: "insert",
          description: "rows that are inserted, or updated on a conflict; this happens last",
          type: try reference(to: .arrayInsertInput, of: table)
        ),
        .relatedInsert
      )
    }
    if writes.update != nil, !changes(of: table).isEmpty {
      members.append(
        InputValueDefinition(
          name: "update",
          description: "updates of the rows, in order",
          type: try reference(to: .updates, of: table).nonNull.list
        ),
        .relatedUpdate
      )
    }
    define(
      inputObject: id,
      description:
        "input type for changing rows of \(tables[table].displayName.inQuotes) through a "
        + "relationship",
      members
    )
  }

  // MARK: - What there is

  /// The relationships through which the role may write something.
  private func writableRelationships(of table: Int) -> [Int] {
    tables[table].bound.relationships.indices.filter { index in
      let relationship = tables[table].bound.relationships[index]
      let type: TableType = relationship.isArray ? .relatedChanges : .relatedRowChanges
      let writes = tables[relationship.target].writes
      let hasUpdate = writes.update != nil && !changes(of: relationship.target).isEmpty
      let hasInsert = writes.insert != nil && relationship.isArray
      return (writes.delete != nil || hasUpdate || hasInsert)
        && isFree(type, of: relationship.target)
    }
  }

  /// Whether no table has the name of a type that only we have.
  private func isFree(_ type: TableType, of table: Int) -> Bool {
    !typeNames.contains(type.name(of: tables[table]))
  }
}
