import GraphQLCore
import JSON
import SQLCompiler

// What an update does through relationships of the rows that it finds.
extension Planner {
  /// The writes of `related`, in the order in which they are carried out: of each relationship first
  /// what is deleted, then what is updated, then what is inserted.
  mutating func related(_ input: Input, _ table: Int) throws(HasuraError) -> [RelatedWrite] {
    var writes: [RelatedWrite] = []
    for (id, changes) in input.fields(variables) where !changes.isNull {
      guard case .relatedChanges(let index) = roleSchema.binding(of: id) else { continue }
      writes += try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.related(changes, through: index, of: table)
      }
    }
    return writes
  }

  private mutating func related(
    _ input: Input,
    through index: Int,
    of table: Int
  ) throws(HasuraError) -> [RelatedWrite] {
    let relationship = roleSchema.tables[table].relationships[index]
    var deletes: [RelatedWrite] = []
    var updates: [RelatedWrite] = []
    var inserts: [RelatedWrite] = []
    for (id, value) in input.fields(variables) where !value.isNull {
      try at(key: schema[id].name) { (planner) throws(HasuraError) in
        let path = planner.path.text
        switch planner.roleSchema.binding(of: id) {
        case .relatedDelete:
          let writes = planner.roleSchema.writes[relationship.target]
          let permitted = writes.delete ?? .never
          planner.check(.arguments([("where", value.source)]), by: writes.deleteValidator)
          let filter = try planner.predicate(value, relationship.target).within(permitted)
          deletes.append(RelatedWrite(relationship: index, action: .delete(filter), path: path))
        case .relatedUpdate:
          updates = try planner.updates(value, relationship.target)
            .map { RelatedWrite(relationship: index, action: .update($0), path: path) }
        case .relatedInsert:
          let determined = relationship.columns.map(\.remote)
          let rows = try planner.relatedRows(value, relationship, determined: determined)
          guard let rows else { return }
          inserts.append(RelatedWrite(relationship: index, action: .insert(rows), path: path))
        default: break
        }
      }
    }
    return deletes + updates + inserts
  }

  /// The updates of a list of `<t>_updates` that change anything.
  private mutating func updates(_ input: Input, _ table: Int) throws(HasuraError) -> [UpdateRows] {
    check(.elements(input.source), by: roleSchema.writes[table].update?.validator)
    var updates: [UpdateRows] = []
    for (index, element) in input.elements(variables).enumerated() {
      let write = try at(index: index) { (planner) throws(HasuraError) in
        try planner.write(element, table)
      }
      if case .update(let update)? = write?.action { updates.append(update) }
    }
    return updates
  }
}
