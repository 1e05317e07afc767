import GraphQLCore
import SQLCompiler

// An assembly whose schema is there, and that goes on to the next.
extension SchemaAssembly {
  /// Makes the schema that was made of it the start of the next one; see
  /// ``SchemaBuilder/continue(from:)``.
  mutating func `continue`(from schema: RoleSchema) {
    builder.continue(from: schema.schema)
    dropRootBindings()
  }

  /// Adds tables behind those that are there, and gives some of these other members.
  ///
  /// False where a name is in the way: then all has to be made from the start, which tells what is wrong.
  mutating func take(
    _ new: [VisibleTable],
    _ changed: [Int: VisibleTable],
    _ sources: [BoundSource]
  ) -> Bool {
    for table in new where builder.knownType(table.bound.graphQLName) != nil { return false }
    let first = tables.count
    append(new, sources)
    for (index, table) in changed { reopen(index, as: table) }
    do throws(NameConflict) {
      let all = changed.keys.sorted() + (first..<tables.count)
      guard try addRootFields(of: all, replacing: Set(changed.keys)) else { return false }
      try definePending()
    } catch {
      return false
    }
    defineRoots()
    return inconsistencies.isEmpty && hasAllReopened
  }

  /// Puts the root fields of tables to those of the others; false where a name is there twice.
  private mutating func addRootFields(
    of all: [Int],
    replacing old: Set<Int>
  ) throws(NameConflict) -> Bool {
    var queries = RootFields(.query)
    var subscriptions = RootFields(.subscription)
    var mutations = RootFields(.mutation)
    for table in all {
      try addReadingFields(of: table, to: &queries, &subscriptions)
      try addWritingFields(of: table, to: &mutations)
    }
    naming = SchemaNaming()
    for new in [queries, subscriptions, mutations] {
      let members = try new.finish(in: &self)
      guard merge(members, into: new.type, replacing: old) else { return false }
    }
    return true
  }
}

extension FieldBinding {
  /// The table of a root field; nil for a field of none, such as an action.
  var rootTable: Int? {
    switch self {
    case .select(let table), .selectByPrimaryKey(let table), .selectAggregate(let table),
      .selectStream(let table), .insert(let table), .insertOne(let table), .update(let table),
      .updateByPrimaryKey(let table), .updateMany(let table), .delete(let table),
      .deleteByPrimaryKey(let table), .connection(let table):
      table
    default: nil
    }
  }
}
