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
struct RootConflictFinder {
  private var definers: [String: [String: [String]]] = [:]
  private var order: [String: [String]] = [:]
  private let source: String

  init(
    _ tables: [VisibleTable],
    _ functions: [VisibleFunction],
    _ actions: ActionSet,
    source: String
  ) {
    self.source = source
    for table in tables where table.isVisible && !ModelTables.isModel(table.bound.name) {
      add(table)
    }
    for function in functions {
      let definer =
        function.isNativeQuery
        ? "native query \(function.fieldName) in source \(source)"
        : "function \(function.name) in source \(source)"
      if function.exposure == .mutation {
        add(function.fieldName, "mutation_root", definer)
        continue
      }
      for name in [function.fieldName, function.aggregateName] where !name.isEmpty {
        add(name, "query_root", definer)
        add(name, "subscription_root", definer)
      }
    }
    for action in actions.actions {
      let definer = "action \(action.name)"
      add(action.name, action.kind == .query ? "query_root" : "mutation_root", definer)
      if action.kind == .asynchronousMutation { add(action.name, "query_root", definer) }
    }
  }

  /// By root type, in the order in which Hasura looks at them.
  var conflicts: [RootConflict] {
    ["mutation_root", "subscription_root", "query_root"].flatMap { root in
      (order[root] ?? []).reversed().compactMap { field in
        guard let definers = definers[root]?[field], definers.count > 1 else { return nil }
        return RootConflict(root: root, field: field, definers: definers.sorted())
      }
    }
  }

  private mutating func add(_ table: VisibleTable) {
    let definer = "table \(table.displayName) in source \(source)"
    let name = table.bound.graphQLName
    func field(_ key: CustomRootFields.Key, _ name: String) -> String {
      guard let custom = table.customRootFields[key]?.name, custom.isGraphQLName else {
        return name
      }
      return custom
    }
    var reads = [field(.select, name), field(.selectAggregate, name + "_aggregate")]
    let hasKey = table.primaryKeyColumns != nil
    if hasKey { reads.append(field(.selectByPrimaryKey, name + "_by_pk")) }
    for name in reads {
      add(name, "query_root", definer)
      add(name, "subscription_root", definer)
    }
    add(field(.selectStream, name + "_stream"), "subscription_root", definer)
    var writes: [String] = []
    if table.writes.insert != nil {
      writes += [field(.insert, "insert_\(name)"), field(.insertOne, "insert_\(name)_one")]
    }
    if table.writes.update != nil {
      writes.append(field(.update, "update_\(name)"))
      if hasKey { writes.append(field(.updateByPrimaryKey, "update_\(name)_by_pk")) }
      writes.append(field(.updateMany, "update_\(name)_many"))
    }
    if table.writes.delete != nil {
      writes.append(field(.delete, "delete_\(name)"))
      if hasKey { writes.append(field(.deleteByPrimaryKey, "delete_\(name)_by_pk")) }
    }
    for name in writes { add(name, "mutation_root", definer) }
  }

  private mutating func add(_ field: String, _ root: String, _ definer: String) {
    if definers[root]?[field] == nil { order[root, default: []].append(field) }
    definers[root, default: [:]][field, default: []].append(definer)
  }
}
