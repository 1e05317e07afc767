import Catalog

/// A source with what it was checked against.
struct CheckedSource: Sendable {
  private let source: Source
  private let catalog: Catalog?
  private let enumValues: [TableName: [DatabaseContext.EnumValue]]
  /// Whether all of it held.
  var holds = false

  init(_ source: Source, in context: DatabaseContext) {
    self.source = source
    catalog = context.catalogs[source.name]
    enumValues = context.enumValues[source.name] ?? [:]
  }

  /// The indices of the tables that have to be checked, where all others hold as they did; nil where
  /// that is not known.
  ///
  /// It is known where everything held, nothing of the database has changed that is tracked, and the only
  /// tables that the document has otherwise are new ones, behind the others, or have other permissions:
  /// on these nothing rests, and on tables that come nothing that held.
  func tablesToCheck(after before: CheckedSource) -> [Int]? {
    guard before.holds, let catalog, let known = before.catalog,
      source.tables.count >= before.source.tables.count,
      source.functions == before.source.functions, source.others == before.source.others,
      catalog.types == known.types, catalog.functions == known.functions
    else { return nil }
    var changed: [Int] = []
    for (index, old) in before.source.tables.enumerated() {
      let new = source.tables[index]
      guard new.table == old.table, catalog.table(new.table) == known.table(new.table),
        !new.isEnum || enumValues[new.table] == before.enumValues[new.table]
      else { return nil }
      if new == old { continue }
      guard new.withoutPermissions == old.withoutPermissions else { return nil }
      changed.append(index)
    }
    return changed + (before.source.tables.count..<source.tables.count)
  }
}
