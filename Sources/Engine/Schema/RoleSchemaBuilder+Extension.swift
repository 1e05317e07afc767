import Catalog
import GraphQLCore
import Metadata
import SQLCompiler

// An administrator's schema that goes on from the one before.
extension RoleSchemaBuilder {
  /// What ``build()`` makes, by what it has in common with a schema that is there; nil where it has to be
  /// made from the start.
  ///
  /// That is where a table goes, is called another name, or can be used in another way than before;
  /// where something is in conflict; or where functions or actions have changed. The tables that were
  /// there keep their places, those that come stand behind them.
  func extend(_ seed: SchemaSeed) throws(SchemaError) -> SchemaSeed? {
    let old = seed.assembly
    guard canExtend(seed) else { return nil }
    var known: [TableBinder.Known] = []
    for (index, source) in sources.enumerated() {
      known.append(seed.unchanged(in: index, of: source))
    }
    let bound = bind(excluding: Exclusions(sources.count), knowing: known)
    let count = old.tables.count
    guard bound.inconsistencies.isEmpty, bound.recipes == seed.schema.recipes,
      bound.functions == old.functions, bound.tables.count >= count,
      haveSamePlaces(old.sources, bound.sources)
    else { return nil }
    var changed: [Int: VisibleTable] = [:]
    for index in 0..<count {
      let (before, after) = (old.tables[index], bound.tables[index])
      guard before.bound.name == after.bound.name else { return nil }
      // Remote relationships are bound anew, also of tables that are known.
      let isKnown =
        known[after.source].tables[after.bound.name] != nil
        && before.bound.remoteRelationships == after.bound.remoteRelationships
      guard !isKnown, before != after else { continue }
      guard after.hasSameFace(as: before) else { return nil }
      changed[index] = after
    }
    let new = Array(bound.tables[count...])
    guard !new.contains(where: { needed.contains($0.bound.name) }) else { return nil }
    var rootNames = seed.rootNames
    for table in new { rootNames.add(table) }
    guard !rootNames.hasConflicts else { return nil }
    var assembly = old
    guard assembly.take(new, changed, bound.sources) else { return nil }
    let schema = try assembly.finish(
      role: role,
      roots: seed.roots,
      recipes: bound.recipes,
      inconsistencies: []
    )
    guard changed.isEmpty || schema.schema.isWhollyReachable else { return nil }
    return SchemaSeed(
      schema: schema,
      sources: sources,
      assembly: assembly,
      roots: seed.roots,
      rootNames: rootNames
    )
  }

  private func canExtend(_ seed: SchemaSeed) -> Bool {
    seed.isExtensible && role == Session.adminRole && !isRelay && !options.servesApolloFederation
      && seed.assembly.actions == actions && seed.sources.count == sources.count
      && namespaces.allSatisfy { $0 == nil }
      && seed.assembly.namespaces.allSatisfy { $0 == nil }
  }

  /// Whether all tables have the places that they had; more may stand behind them.
  private func haveSamePlaces(_ old: [BoundSource], _ new: [BoundSource]) -> Bool {
    zip(old, new).enumerated().allSatisfy { index, pair in
      pair.0.name == pair.1.name && pair.0.database == pair.1.database
        && pair.0.tables.lowerBound == pair.1.tables.lowerBound
        && (pair.0.tables.upperBound == pair.1.tables.upperBound || index == old.count - 1)
    }
  }

  /// The tables without which fields written in Swift are left out.
  private var needed: Set<TableName> {
    Set(
      natives.flatMap { native in native.requiredTables + [native.result.table].compactMap { $0 } }
    )
  }
}
