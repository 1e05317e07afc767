import Catalog
import JSON

/// Checks one source against its database, and takes out what does not hold.
///
/// Later steps see only what earlier ones have left: a relationship to a table that is wrong is
/// wrong itself, and so is a permission that reads along it.
struct ConsistencyChecker {
  private let source: Source
  private let catalog: Catalog?
  private let enumValues: [TableName: [DatabaseContext.EnumValue]]
  private let connectionFailure: String
  /// The indices of the tables that are looked at; nil for all, of which some may have to be left out.
  private let stale: [Int]?
  /// Nil where the source has neither native queries nor logical models.
  private var natives: NativeQueryCheck?
  private(set) var consistent: Source
  private(set) var inconsistencies: [InconsistentObject] = []

  /// Where the tables that have to be checked are given, all others are known to hold.
  init(_ source: Source, context: DatabaseContext, checking stale: [Int]? = nil) {
    self.source = source
    self.stale = stale
    catalog = context.catalogs[source.name]
    enumValues = context.enumValues[source.name] ?? [:]
    connectionFailure = context.failures[source.name] ?? "database connection error"
    consistent = source
  }

  mutating func check() {
    guard let catalog else {
      let object = MetadataObject(id: .source(source.name), definition: .string(source.name))
      inconsistencies.append(InconsistentObject(object, connectionFailure))
      consistent.tables = []
      consistent.functions = []
      consistent.others["logical_models"] = nil
      consistent.others["native_queries"] = nil
      return
    }
    let failing = checkTables(catalog)
    // Where one of them falls, the others stand elsewhere, and may have rested on it.
    let indices = failing ? nil : stale
    // Relationships of tables may lead to native queries, whose own may lead to tables.
    natives = nativeQueryCheck(catalog)
    checkRelationships(catalog, indices ?? Array(consistent.tables.indices))
    checkComputedFields(catalog)
    checkFunctions(catalog)
    checkPermissions(catalog, indices ?? Array(consistent.tables.indices))
    checkEventTriggers(catalog)
    guard let natives else { return }
    inconsistencies += natives.inconsistencies
    consistent.others["logical_models"] = .list(orNil: natives.models.map { $0.encoded() })
    consistent.others["native_queries"] = .list(orNil: natives.queries.map { $0.encoded() })
  }

  private mutating func report(_ object: MetadataObject, _ message: String) {
    inconsistencies.append(InconsistentObject(object, message))
  }

  // MARK: - Tables

  /// Takes out tables that do not hold; true where there is one.
  private mutating func checkTables(_ catalog: Catalog) -> Bool {
    var failing: Set<Int> = []
    for index in stale ?? Array(source.tables.indices) {
      let tracked = source.tables[index]
      guard let message = failure(of: tracked, catalog) else { continue }
      report(tracked.object(in: source.name), message)
      failing.insert(index)
    }
    guard !failing.isEmpty else { return false }
    consistent.tables = source.tables.indices.filter { !failing.contains($0) }
      .map { source.tables[$0] }
    return true
  }

  private func failure(of tracked: TrackedTable, _ catalog: Catalog) -> String? {
    guard let table = catalog.table(tracked.table) else {
      return "no such table/view exists in source: \"\(tracked.table)\""
    }
    if tracked.isEnum {
      let values = enumValues[tracked.table]
      if let failure = EnumTable(table: table, catalog: catalog, values: values).failure {
        return failure
      }
    }
    for column in tracked.configuration.columns {
      guard let name = column.customName, table.column(named: column.column) == nil else {
        continue
      }
      return "the custom field name \"\(name)\" was given for the column \"\(column.column)\", "
        + "but no such column exists"
    }
    return duplicateFieldName(of: tracked, table)
  }

  private func duplicateFieldName(of tracked: TrackedTable, _ table: Table) -> String? {
    guard tracked.configuration.columns.contains(where: { $0.customName != nil }) else {
      return nil
    }
    let columns = Dictionary(grouping: table.columns) { tracked.fieldName(of: $0) }
    let duplicates = columns.filter { $0.value.count > 1 }
      .min { $0.key.precedes($1.key) }
    guard let duplicates else { return nil }
    let names = duplicates.value.map { "\"\($0.name)\"" }
    let list = names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    return "the definitions of columns \(list) are in conflict: "
      + "they are mapped to the same field name, \"\(duplicates.key)\""
  }

  // MARK: - Relationships

  private mutating func checkRelationships(_ catalog: Catalog, _ indices: [Int]) {
    let isRelated = indices.contains { consistent.tables[$0].hasRelationships }
    let tracked = isRelated ? Set(consistent.tables.map(\.table)) : []
    for index in indices {
      let original = consistent.tables[index]
      dropConflicts(index)
      guard original.hasRelationships, let table = catalog.table(original.table) else { continue }
      let (objects, arrays) = (
        consistent.tables[index].objectRelationships, consistent.tables[index].arrayRelationships
      )
      // Most hold all, and none is copied then.
      let holdingObjects = objects.filter { holds($0, .object, original, table, tracked, catalog) }
      if holdingObjects.count < objects.count {
        consistent.tables[index].objectRelationships = holdingObjects
      }
      let holdingArrays = arrays.filter { holds($0, .array, original, table, tracked, catalog) }
      if holdingArrays.count < arrays.count {
        consistent.tables[index].arrayRelationships = holdingArrays
      }
    }
  }

  /// Relationships, remote ones too, and computed fields of one name contradict each other, and none of
  /// them holds.
  private mutating func dropConflicts(_ index: Int) {
    let table = consistent.tables[index]
    let names =
      table.objectRelationships.map(\.name) + table.arrayRelationships.map(\.name)
      + table.computedFields.map(\.name) + table.remoteRelationshipNames
    guard Set(names).count < names.count else { return }
    let objects =
      table.objectRelationships.map {
        ($0.name, $0.object(.object, of: table.table, in: source.name))
      }
      + table.arrayRelationships.map {
        ($0.name, $0.object(.array, of: table.table, in: source.name))
      }
      + table.computedFields.map { ($0.name, $0.object(of: table.table, in: source.name)) }
      + table.remoteRelationships.map { ($0.name, $0.object(of: table.table, in: source.name)) }
    let conflicts = Dictionary(grouping: objects) { $0.0 }.filter { $0.value.count > 1 }
    for (name, objects) in conflicts.sorted(by: { $0.key.precedes($1.key) }) {
      inconsistencies.append(
        InconsistentObject(
          conflicting: objects.map(\.1),
          "conflicting definitions for field \"\(name)\""
        )
      )
      consistent.tables[index].objectRelationships.removeAll { $0.name == name }
      consistent.tables[index].arrayRelationships.removeAll { $0.name == name }
      consistent.tables[index].computedFields.removeAll { $0.name == name }
      consistent.tables[index].dropRemoteRelationship(named: name)
    }
  }

  private mutating func holds(
    _ relationship: Relationship,
    _ kind: Relationship.Kind,
    _ tracked: TrackedTable,
    _ table: Table,
    _ trackedTables: Set<TableName>,
    _ catalog: Catalog
  ) -> Bool {
    let messages = failures(of: relationship, kind, tracked, table, trackedTables, catalog)
    if messages.isEmpty { return true }
    let object = relationship.object(kind, of: tracked.table, in: source.name)
    for message in messages { report(object, message) }
    return false
  }

  private func failures(
    of relationship: Relationship,
    _ kind: Relationship.Kind,
    _ tracked: TrackedTable,
    _ table: Table,
    _ trackedTables: Set<TableName>,
    _ catalog: Catalog
  ) -> [String] {
    let inContext = { (message: String) in
      "in table \"\(tracked.table)\": in relationship \"\(relationship.name)\": \(message)"
    }
    if case .foreignKeyOn(let remote, _) = relationship.using, !trackedTables.contains(remote) {
      return [inContext("table \"\(remote)\" does not exist in source: \(source.name)")]
    }
    if case .nativeQuery(let query, let mapping, _) = relationship.using {
      if let conflict = tracked.conflict(relationship.name, isArray: kind == .array, in: table) {
        return [conflict]
      }
      if mapping.isEmpty { return [inContext("the mapping names no columns")] }
      return missing(mapping.map(\.local), in: table)
        + (natives?.failures(to: query, mapping) ?? ["native query \"\(query)\" is not tracked"])
    }
    let resolved: ResolvedRelationship
    switch relationship.using.resolved(from: table, in: catalog) {
    case .success(let success): resolved = success
    case .failure(let failure): return [inContext(failure.message)]
    }
    if let conflict = tracked.conflict(relationship.name, isArray: kind == .array, in: table) {
      return [conflict]
    }
    guard trackedTables.contains(resolved.table), let target = catalog.table(resolved.table)
    else { return ["table \"\(resolved.table)\" is not tracked"] }
    return missing(resolved.columnMapping.map(\.local), in: table)
      + missing(resolved.columnMapping.map(\.remote), in: target)
  }

  private func missing(_ columns: [String], in table: Table) -> [String] {
    columns.filter { table.column(named: $0) == nil }
      .map { "table \"\(table.name)\" has no field named \"\($0)\"" }
  }

  // MARK: - Functions

  private mutating func checkComputedFields(_ catalog: Catalog) {
    guard consistent.tables.contains(where: { !$0.computedFields.isEmpty }) else { return }
    let tracked = Set(consistent.tables.map(\.table))
    for index in consistent.tables.indices {
      let table = consistent.tables[index]
      guard !table.computedFields.isEmpty, let found = catalog.table(table.table) else { continue }
      consistent.tables[index].computedFields = table.computedFields.filter { field in
        let message: String
        if let conflict = table.conflict(field.name, isArray: false, in: found) {
          message = conflict
        } else if case .failure(let failure) = field.resolved(
          of: table.table,
          in: catalog,
          tracked: tracked
        ) {
          message =
            "in table \"\(table.table)\": in computed field \"\(field.name)\": \(failure.message)"
        } else {
          return true
        }
        report(field.object(of: table.table, in: source.name), message)
        return false
      }
    }
  }

  private mutating func checkFunctions(_ catalog: Catalog) {
    guard !source.functions.isEmpty else { return }
    let tracked = Set(consistent.tables.map(\.table))
    consistent.functions = source.functions.filter { function in
      let message: String
      switch function.resolved(in: catalog) {
      case .failure(let failure):
        message = "in function \"\(function.function)\": \(failure.message)"
      case .success(let resolved):
        if tracked.contains(resolved.table) { return true }
        message = "table \"\(resolved.table)\" is not tracked"
      }
      report(function.object(in: source.name), message)
      return false
    }
  }

  // MARK: - Native queries

  private func nativeQueryCheck(_ catalog: Catalog) -> NativeQueryCheck? {
    guard source.others["logical_models"] != nil || source.others["native_queries"] != nil else {
      return nil
    }
    let tables = Set(consistent.tables.map(\.table))
    return NativeQueryCheck(source, tables: tables, catalog: catalog)
  }

  // MARK: - Event triggers

  private mutating func checkEventTriggers(_ catalog: Catalog) {
    for index in consistent.tables.indices {
      let tracked = consistent.tables[index]
      guard let entries = tracked.others["event_triggers"]?.array,
        let table = catalog.table(tracked.table)
      else { continue }
      let holding = entries.filter { entry in
        guard let trigger = try? EventTrigger(decoding: JSONCursor(entry)),
          let missing = trigger.namedColumns.first(where: { table.column(named: $0) == nil })
        else { return true }
        report(
          MetadataObject(
            id: .eventTrigger(source: source.name, table.name, name: trigger.name),
            definition: entry
          ),
          "in table \"\(table.name)\": in event trigger \"\(trigger.name)\": column "
            + "\"\(missing)\" does not exist"
        )
        return false
      }
      consistent.tables[index].setEventTriggers(holding)
    }
  }

  // MARK: - Permissions

  private mutating func checkPermissions(_ catalog: Catalog, _ indices: [Int]) {
    let permitted = indices.filter { consistent.tables[$0].hasPermissions }
    guard !permitted.isEmpty else { return }
    let fields = FieldIndex(consistent, catalog: catalog)
    for index in permitted {
      var tracked = consistent.tables[index]
      let check = PermissionCheck(table: tracked.table, fields: fields)
      tracked.insertPermissions = holding(tracked.insertPermissions, .insert, check)
      tracked.selectPermissions = holding(tracked.selectPermissions, .select, check)
      tracked.updatePermissions = holding(tracked.updatePermissions, .update, check)
      tracked.deletePermissions = holding(tracked.deletePermissions, .delete, check)
      consistent.tables[index] = tracked
    }
  }

  private mutating func holding<Definition: ReferringPermission>(
    _ permissions: [Permission<Definition>],
    _ kind: MetadataObject.PermissionKind,
    _ check: PermissionCheck
  ) -> [Permission<Definition>] {
    var failing: Set<Int> = []
    for index in permissions.indices {
      guard let failure = check.failure(of: permissions[index]) else { continue }
      report(permissions[index].object(kind, of: check.table, in: source.name), failure)
      failing.insert(index)
    }
    // Where all hold, which is nearly always, none is copied.
    guard !failing.isEmpty else { return permissions }
    return permissions.indices.filter { !failing.contains($0) }.map { permissions[$0] }
  }
}
