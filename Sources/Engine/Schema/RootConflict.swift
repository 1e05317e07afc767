import Metadata
import SQLCompiler

/// A name that several root fields of one root type lay claim to.
struct RootConflict: Hashable, Sendable {
  let root: String
  let field: String
  /// `table users in source default`, in order.
  let definers: [String]

  private var claim: String {
    "'\(field)' defined in [\(definers.joined(separator: ", "))]"
  }

  /// What Hasura says of conflicts of one root type.
  static func message(_ conflicts: [RootConflict]) -> String {
    let list =
      conflicts.count == 1
      ? "field \(conflicts[0].claim)"
      : "fields: [\n" + conflicts.map { "  " + $0.claim }.joined(separator: ",\n") + "\n]"
    return
      "Encountered conflicting definitions in the selection set for '\(conflicts[0].root)' for "
      + "\(list). Fields must not be defined more than once across all sources."
  }
}

/// Finds root fields of one name, before the schema leaves all but the first of them out.
struct RootConflictFinder: Sendable {
  /// Whether any name has several fields.
  private(set) var hasConflicts = false
  private var definers: [String: [String: [String]]] = [:]
  private var order: [String: [String]] = [:]
  private var roots: [String] = SchemaAssembly.RootType.allCases.map(\.typeName)
  private let sources: [BoundSource]
  private let namespaces: [RootNamespace?]

  init(
    _ tables: [VisibleTable],
    _ functions: [VisibleFunction],
    _ actions: ActionSet,
    sources: [BoundSource],
    namespaces: [RootNamespace?]
  ) {
    self.sources = sources
    self.namespaces = namespaces
    for table in tables { add(table) }
    for function in functions {
      let index = tables[function.table].source
      let source = sources[index].name
      let definer =
        function.isNativeQuery
        ? "native query \(function.fieldName) in source \(source)"
        : "function \(function.name) in source \(source)"
      if function.exposure == .mutation {
        add(function.fieldName, .mutation, in: namespaces[index], definer)
        continue
      }
      for name in [function.fieldName, function.aggregateName] where !name.isEmpty {
        add(name, .query, in: namespaces[index], definer)
        add(name, .subscription, in: namespaces[index], definer)
      }
    }
    for action in actions.actions {
      let definer = "action \(action.name)"
      add(action.name, action.kind == .query ? .query : .mutation, definer)
      guard action.kind == .asynchronousMutation else { continue }
      add(action.name, .query, definer)
      add(action.name, .subscription, definer)
    }
  }

  /// By root type, in the order in which Hasura looks at them.
  var conflicts: [RootConflict] {
    roots.flatMap { root in
      (order[root] ?? []).reversed().compactMap { field in
        guard let definers = definers[root]?[field], definers.count > 1 else { return nil }
        return RootConflict(root: root, field: field, definers: definers.sorted())
      }
    }
  }

  /// Adds the fields of a table of one of the sources.
  mutating func add(_ table: VisibleTable) {
    guard table.isVisible, !ModelTables.isModel(table.bound.name) else { return }
    let definer = "table \(table.displayName) in source \(sources[table.source].name)"
    let place = namespaces[table.source]
    func add(_ keys: [CustomRootFields.Key], _ root: SchemaAssembly.RootType) {
      for key in keys { self.add(table.rootName(key), root, in: place, definer) }
    }
    let hasKey = table.primaryKeyColumns != nil
    let reads: [CustomRootFields.Key] = [.select, .selectAggregate]
    for root in [SchemaAssembly.RootType.query, .subscription] {
      add(reads + (hasKey ? [.selectByPrimaryKey] : []), root)
    }
    add([.selectStream], .subscription)
    if table.writes.insert != nil { add([.insert, .insertOne], .mutation) }
    if table.writes.update != nil {
      add([.update] + (hasKey ? [.updateByPrimaryKey] : []) + [.updateMany], .mutation)
    }
    if table.writes.delete != nil {
      add([.delete] + (hasKey ? [.deleteByPrimaryKey] : []), .mutation)
    }
  }

  private mutating func add(
    _ field: String,
    _ root: SchemaAssembly.RootType,
    in namespace: RootNamespace? = nil,
    _ definer: String
  ) {
    let root = namespace?.typeName(root) ?? root.typeName
    if !roots.contains(root) { roots.append(root) }
    if definers[root]?[field] == nil {
      order[root, default: []].append(field)
    } else {
      hasConflicts = true
    }
    definers[root, default: [:]][field, default: []].append(definer)
  }
}
