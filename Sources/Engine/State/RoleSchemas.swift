import Catalog
import GraphQLCore
import JSON
import Metadata
import Synchronization

/// The schemas of roles at one version of the metadata, each made when it is first asked for.
///
/// Roles that see the same tables and columns share everything but their conditions on rows. What is
/// kept is bounded: hundreds of roles cost what the schemas in use cost. All loops share it.
final class RoleSchemas: Sendable {
  /// What the schemas of roles are made of.
  struct Basis: Sendable {
    /// Without what is inconsistent.
    var sources: [SchemaSource] = []
    var options = SchemaOptions()
    var hierarchy = RoleHierarchy()
    /// All fields that are written in Swift, and the roles that may use them.
    var natives: [NativeField] = []
    var permittedRoles: [String: [String]] = [:]
    /// All actions.
    var actions = ActionSet()
  }

  private struct Kept {
    var schema: RoleSchema
    var lastUse: Int
  }

  private struct State {
    var roles: [RoleKey: Kept] = [:]
    /// One schema of each shape, for other roles to share.
    var shapes: [RoleShape: RoleSchema] = [:]
    var uses = 0
    var cost = 0
  }

  private let basis: Basis
  private let budget: Int
  private let state = Mutex(State())
  private let latestEviction = Atomic<Int>(0)

  /// `budget` is a number of members (fields, arguments, enum values) that the schemas may have.
  init(_ basis: Basis, budget: Int = 400_000) {
    var basis = basis
    basis.sources = basis.sources.map(\.withModels)
    self.basis = basis
    self.budget = budget
  }

  /// Counts the times that schemas were dropped: a loop compares it to drop what it keeps of them.
  var evictions: Int { latestEviction.load(ordering: .acquiring) }

  /// What is kept, in members.
  var cost: Int { state.withLock { $0.cost } }

  /// The schema of a role, if it is kept.
  func kept(_ role: RoleKey) -> RoleSchema? {
    state.withLock { state in
      guard state.roles[role] != nil else { return nil }
      state.uses += 1
      state.roles[role]?.lastUse = state.uses
      return state.roles[role]?.schema
    }
  }

  /// Makes the schema of a role, which takes milliseconds; on any thread.
  func make(_ role: RoleKey) throws(HasuraError) -> RoleSchema {
    let shape = shape(of: role)
    let builder = RoleSchemaBuilder(
      sources: basis.sources,
      role: role.role,
      hierarchy: basis.hierarchy,
      isBackend: role.isBackend,
      isRelay: role.isRelay,
      options: basis.options,
      natives: natives(of: role),
      actions: actions(of: role)
    )
    let similar = state.withLock { $0.shapes[shape] }
    let schema: RoleSchema
    do {
      schema = if let similar { builder.adapt(similar) } else { try builder.build() }
    } catch {
      throw HasuraError(.unexpected, "the schema cannot be built", internal: .string("\(error)"))
    }
    state.withLock { keep(schema, role, shape, &$0) }
    return schema
  }

  private func keep(
    _ schema: RoleSchema,
    _ role: RoleKey,
    _ shape: RoleShape,
    _ state: inout State
  ) {
    let cost = state.shapes[shape] == nil ? schema.cost : schema.ownCost
    if state.cost + cost > budget { evict(&state) }
    state.uses += 1
    state.cost += state.shapes[shape] == nil ? schema.cost : schema.ownCost
    state.roles[role] = Kept(schema: schema, lastUse: state.uses)
    state.shapes[shape] = schema
  }

  private func shape(of role: RoleKey) -> RoleShape {
    var shape = RoleShape(
      of: role.role,
      in: basis.sources.map { ($0.source, $0.catalog) },
      basis.hierarchy,
      isBackend: role.isBackend
    )
    shape.isRelay = role.isRelay
    shape.isAdmin = role.role == Session.adminRole
    shape.natives =
      natives(of: role).map(\.name) + actions(of: role).actions.map { "action " + $0.name }
    return shape
  }

  /// The actions that a role may use.
  private func actions(of role: RoleKey) -> ActionSet {
    guard role.role != Session.adminRole else { return basis.actions }
    var set = basis.actions
    set.actions = set.actions.filter { action in
      let permissions = action.permissions.map { Permission(role: $0.role, definition: true) }
      return !basis.hierarchy.definitions(of: role.role, in: permissions).isEmpty
    }
    return set
  }

  /// The fields written in Swift that a role may use.
  private func natives(of role: RoleKey) -> [NativeField] {
    if role.role == Session.adminRole { return basis.natives }
    return basis.natives.filter { native in
      let permissions = (basis.permittedRoles[native.name] ?? []).map {
        Permission(role: $0, definition: true)
      }
      return !basis.hierarchy.definitions(of: role.role, in: permissions).isEmpty
    }
  }

  /// Drops the half of the roles that were asked for longest ago.
  private func evict(_ state: inout State) {
    let kept = state.roles.sorted { $0.value.lastUse > $1.value.lastUse }.prefix(
      state.roles.count / 2
    )
    state.roles = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    state.shapes = [:]
    state.cost = 0
    for entry in kept {
      let shape = shape(of: entry.key)
      state.cost +=
        state.shapes[shape] == nil ? entry.value.schema.cost : entry.value.schema.ownCost
      state.shapes[shape] = entry.value.schema
    }
    latestEviction.add(1, ordering: .releasing)
  }
}

extension RoleSchema {
  /// What the schema takes in memory, in members.
  fileprivate var cost: Int {
    schema.fields.count + schema.inputValues.count + schema.enumValues.count + ownCost
  }

  /// What is the role's own where it shares the rest.
  fileprivate var ownCost: Int { tables.count * 2 + recipes.count }
}
