import GraphQLCore
import Metadata
import SQLCompiler

extension SchemaAssembly {
  /// The root types, in the order in which Hasura looks for conflicts in them.
  enum RootType: CaseIterable {
    case mutation
    case subscription
    case query

    var typeName: String {
      switch self {
      case .mutation: "mutation_root"
      case .subscription: "subscription_root"
      case .query: "query_root"
      }
    }
  }
}

/// The fields of a root type, by name.
typealias RootMembers = Members<FieldDefinition, FieldBinding>

/// The field of the root types under which a source has its own fields.
struct RootNamespace: Hashable, Sendable {
  let name: String
  private let naming: SchemaNaming
  private let isBackend: Bool

  /// Nil where the source has its fields among those of the root types.
  init?(_ naming: SchemaNaming, isBackend: Bool) {
    guard let name = naming.customization.rootFieldsNamespace else { return nil }
    self.name = name
    self.naming = naming
    self.isBackend = isBackend
  }

  /// The name of the type that the field has in a root type.
  func typeName(_ root: SchemaAssembly.RootType) -> String {
    let suffix =
      switch root {
      case .query: "_query"
      case .subscription: "_subscription"
      case .mutation: isBackend ? "_mutation_backend" : "_mutation_frontend"
      }
    return naming.type(exactly: name + suffix)
  }
}

/// The fields of a root type on its way, those of each namespace by themselves.
struct RootFields {
  /// A set of fields in which no two have one name.
  private struct Space {
    let namespace: RootNamespace?
    var fields = Members<FieldDefinition, FieldBinding>()
    /// By the names of the fields: the tables that they are of.
    var owners: [String: Int] = [:]
  }

  let type: SchemaAssembly.RootType
  private var spaces = [Space(namespace: nil)]

  init(_ type: SchemaAssembly.RootType) {
    self.type = type
  }

  var isEmpty: Bool { spaces.allSatisfy(\.fields.isEmpty) }

  /// Adds a field of a table; returns the table that has a field of the name already.
  mutating func add(
    _ field: (definition: FieldDefinition, binding: FieldBinding),
    in namespace: RootNamespace?,
    of table: Int
  ) -> Int? {
    let space = index(of: namespace)
    let name = field.definition.name
    if let owner = spaces[space].owners[name] { return owner }
    spaces[space].owners[name] = table
    spaces[space].fields.append(field.definition, field.binding)
    return nil
  }

  /// Adds a field of no table; of equal names the first is kept.
  mutating func add(_ definition: FieldDefinition, _ binding: FieldBinding) {
    spaces[0].fields.append(definition, binding)
  }

  private mutating func index(of namespace: RootNamespace?) -> Int {
    if let known = spaces.firstIndex(where: { $0.namespace?.name == namespace?.name }) {
      return known
    }
    spaces.append(Space(namespace: namespace))
    return spaces.count - 1
  }

  /// Defines the types of the namespaces, and returns the fields of the root type.
  func finish(
    in assembly: inout SchemaAssembly
  ) throws(SchemaAssembly.NameConflict) -> Members<FieldDefinition, FieldBinding> {
    var fields = spaces[0].fields
    for space in spaces.dropFirst() {
      guard let namespace = space.namespace else { continue }
      let id = try assembly.claimShared(namespace.typeName(type), for: 0)
      assembly.define(object: id, description: nil, space.fields.sorted)
      fields.append(
        FieldDefinition(name: namespace.name, type: TypeReference(id).nonNull),
        .namespace
      )
    }
    return fields.sorted
  }
}
