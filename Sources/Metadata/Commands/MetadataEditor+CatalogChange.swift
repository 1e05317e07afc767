package import Catalog
import JSON

extension MetadataEditor {
  /// Takes another state of a source's database for granted: nothing is checked or followed.
  package mutating func refresh(_ source: String, to catalog: Catalog) {
    setCatalog(catalog, of: source)
  }

  /// Follows what a run of SQL has done to a source's database.
  ///
  /// Renamed tables and columns are renamed in the document. What is gone is an error where
  /// something depends on it, or takes that along where `cascades` says so. Nothing changes when an
  /// error is thrown: the caller then undoes the SQL.
  package mutating func follow(
    _ source: String,
    to catalog: Catalog,
    cascades: Bool
  ) throws(MetadataError) {
    let before = self
    do {
      try followChange(of: source, to: catalog, cascades: cascades)
    } catch {
      self = before
      throw error
    }
  }

  private mutating func followChange(
    of name: String,
    to after: Catalog,
    cascades: Bool
  ) throws(MetadataError) {
    let (source, before) = try source(name)
    let change = CatalogChange(of: source, from: before, to: after)
    let dependencies = Dependencies(source, catalog: before)
    if let refusal = FunctionChange(source: source, before: before, after: after).refusal {
      throw failure(.notSupported, refusal)
    }
    let lost = dependents(change, dependencies)
    let remote = consistency.metadata.remoteDependents(of: change.dropped, in: name)
    guard lost.isEmpty && remote.isEmpty || cascades else {
      throw dependencyFailure(lost, in: name, remote)
    }
    try checkRenames(change, source)
    try checkTypes(change, dependencies, lost, in: name)
    let old = consistency
    var changed = metadata(changing: name) { source in
      for object in lost { source.purge(object) }
      for table in change.droppedTables { source.purge(.table(table)) }
      let functions = Set(change.droppedFunctions)
      source.functions.removeAll { functions.contains(.function($0.function)) }
      for column in change.droppedColumns { source.forgetConfiguration(of: column) }
      change.renaming.apply(to: &source, catalog: before)
    }
    changed.purge(remote)
    change.renaming.apply(toRemoteRelationshipsOf: &changed, in: name)
    let isSame = changed == metadata
    setCatalog(after, of: name)
    if !isSame { store(changed) }
    let new = Self.newInconsistencies(in: consistency, since: old)
    guard new.isEmpty else {
      throw failure(
        .unexpected,
        "cannot continue due to newly found inconsistent metadata",
        internal: .array(new.map { $0.encoded() })
      )
    }
  }

  /// What depends on something that is gone, and is not gone with its table.
  private func dependents(
    _ change: CatalogChange,
    _ dependencies: Dependencies
  ) -> [SchemaObject] {
    var seen: Set<SchemaObject> = []
    return change.dropped.flatMap { dependencies.dependents(of: $0) }
      .filter { object in
        if case .function = object, change.droppedFunctions.contains(object) { return false }
        let goesWithItsTable = object.table.map(change.droppedTables.contains) ?? false
        return !goesWithItsTable && seen.insert(object).inserted
      }
  }

  private func checkRenames(
    _ change: CatalogChange,
    _ source: Source
  ) throws(MetadataError) {
    for (table, columns) in change.renaming.columns {
      for (column, newName) in columns
      where source.table(table)?.relationship(named: newName) != nil {
        throw failure(
          .alreadyExists,
          "cannot rename column \"\(column)\" to \"\(newName)\" in table \"\(table)\" as a "
            + "relationship with the name already exists"
        )
      }
    }
  }

  private func checkTypes(
    _ change: CatalogChange,
    _ dependencies: Dependencies,
    _ lost: [SchemaObject],
    in source: String
  ) throws(MetadataError) {
    for typeChange in change.typeChanges {
      let column = SchemaObject.column(typeChange.table, typeChange.column)
      let dependents = dependencies.typeDependents(of: column).filter { !lost.contains($0) }
      guard dependents.isEmpty else {
        throw failure(
          .dependencyError,
          "cannot change type of column \"\(typeChange.column)\" in table "
            + "\"\(typeChange.table)\" because of the following dependencies: "
            + list(dependents, in: source)
        )
      }
    }
  }
}

extension Source {
  /// Drops the names and comments that were given to a column that is gone.
  fileprivate mutating func forgetConfiguration(of object: SchemaObject) {
    guard case .column(let table, let column) = object else { return }
    update(table) { table in
      table.configuration.columns.removeAll { $0.column.hasSameBytes(as: column) }
    }
  }
}
