import Catalog
import JSON

extension MetadataEditor {
  /// A computed field of the same name is replaced.
  mutating func addComputedField(
    _ field: ComputedField,
    to reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    _ = try at("table") { (editor) throws(MetadataError) in try editor.table(reference) }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { table in
        table.computedFields.removeAll { $0.name.hasSameBytes(as: field.name) }
        table.computedFields.append(field)
      }
    }
    try store(
      changed,
      for: .computedField(source: reference.source, reference.table, name: field.name)
    )
    return Self.success
  }

  mutating func dropComputedField(
    _ name: String,
    of reference: MetadataCommand.TableReference,
    cascades: Bool
  ) throws(MetadataError) -> JSONValue {
    let (tracked, _, catalog) = try at("table") { (editor) throws(MetadataError) in
      try editor.table(reference)
    }
    guard tracked.computedField(named: name) != nil else {
      throw MetadataError(
        .notExists,
        "computed field \"\(name)\" does not exist",
        path: path.key("name").description
      )
    }
    let (source, _) = try source(reference.source)
    let dependents = Dependencies(source, catalog: catalog)
      .dependents(of: .computedField(reference.table, name))
    guard dependents.isEmpty || cascades else {
      throw dependencyFailure(dependents, in: reference.source)
    }
    let changed = metadata(changing: reference.source) { source in
      for dependent in dependents { source.purge(dependent) }
      source.purge(.computedField(reference.table, name))
    }
    try storeRemoval(changed)
    return Self.success
  }
}
