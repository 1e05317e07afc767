import Catalog
import GraphQLCore
import Metadata
import SQLCompiler

/// A schema of the administrators with what it was made by, so that the next one goes on from there.
///
/// The types of thousands of tables are not made again where one comes or gets another relationship.
struct SchemaSeed: Sendable {
  let schema: RoleSchema
  /// What the schema is made of, with the tables that stand for logical models.
  let sources: [SchemaSource]
  let assembly: SchemaAssembly
  let roots: SchemaAssembly.Roots
  let rootNames: RootConflictFinder
  private let leftSomethingOut: Bool

  init(
    schema: RoleSchema,
    sources: [SchemaSource],
    assembly: SchemaAssembly,
    roots: SchemaAssembly.Roots,
    rootNames: RootConflictFinder
  ) {
    self.schema = schema
    self.sources = sources
    self.roots = roots
    self.rootNames = rootNames
    leftSomethingOut = !schema.inconsistencies.isEmpty || rootNames.hasConflicts
    var assembly = assembly
    assembly.continue(from: schema)
    self.assembly = assembly
  }

  /// Whether another can go on from it.
  ///
  /// Where something had to be left out, a change elsewhere may bring it back. And what tables had
  /// before they changed stays in memory, so all is made again before that is a fourth.
  var isExtensible: Bool {
    let members = schema.schema.fields.count + schema.schema.enumValues.count
    return !leftSomethingOut && roots.mutation != nil && roots.subscription != nil
      && schema.schema.abandonedMembers <= members / 4
  }
}

extension SchemaSeed {
  /// The tables of a source that nothing has changed about that the binder looks at, in the places that
  /// they have.
  func unchanged(in index: Int, of new: SchemaSource) -> TableBinder.Known {
    let old = sources[index]
    let range = schema.sources[index].tables
    var known = TableBinder.Known()
    for place in range { known.places[assembly.tables[place].bound.name] = place }
    guard
      old.catalog.types == new.catalog.types, old.catalog.functions == new.catalog.functions,
      old.enumValues == new.enumValues, old.source.withoutTables == new.source.withoutTables
    else { return known }
    let tables = old.source.tables
    var places: [TableName: Int]?
    /// Tables whose columns or keys have changed: relationships to them have to be looked at again.
    var altered: Set<Int> = []
    var same: [Int] = []
    for index in new.source.tables.indices {
      let name = new.source.tables[index].table
      var entry: Int? = index
      // Tables stand where they stood, unless one went or all were put in order.
      if index >= tables.count || tables[index].table != name {
        let all =
          places
          ?? Dictionary(
            tables.indices.map { (tables[$0].table, $0) },
            uniquingKeysWith: { first, _ in first }
          )
        places = all
        entry = all[name]
      }
      guard let place = known.places[name], let entry else {
        // Columns that refer to a new enum table get its values.
        if new.source.tables[index].isEnum { return known }
        continue
      }
      if old.catalog.table(name) != new.catalog.table(name) {
        altered.insert(place)
      } else if tables[entry] == new.source.tables[index] {
        same.append(place)
      }
      if tables[entry].isEnum != new.source.tables[index].isEnum { return known }
    }
    for place in same {
      let table = assembly.tables[place]
      let isNear =
        !altered.isEmpty
        && table.bound.relationships.contains { altered.contains($0.target) }
      if !isNear { known.tables[table.bound.name] = table }
    }
    return known
  }
}

extension Source {
  /// What tables are bound by that is not theirs.
  fileprivate var withoutTables: Source {
    var source = self
    source.tables = []
    return source
  }
}
