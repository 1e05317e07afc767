import Catalog
import GraphQLCore
import SQLCompiler

/// A schema on its way: what is defined so far, and which types are referred to but not yet defined.
///
/// Types are defined where something refers to them, so that a schema lists none that cannot be
/// reached. Whatever appends a member appends its binding, so that both arrays stay in step.
struct SchemaAssembly: Sendable {
  /// A name that two definitions lay claim to.
  ///
  /// The table is the one to leave out: the second of two, or the one whose name is that of a scalar
  /// or of another type that tables share.
  struct NameConflict: Error {
    let table: Int
    /// The function to leave out instead.
    var function: Int?
    let name: String
  }

  /// The types of the operations.
  struct Roots: Sendable {
    var query: TypeID
    /// Nil where the role may write nothing.
    var mutation: TypeID?
    /// Nil where the role sees nothing that a subscription could select.
    var subscription: TypeID?
  }

  private enum Owner: Equatable {
    /// The name is reserved, or of the language itself, and nobody's yet.
    case none
    /// Tables share the type.
    case shared
    case table(Int)
  }

  private(set) var tables: [VisibleTable]
  let functions: [VisibleFunction]
  let natives: [NativeField]
  let actions: ActionSet
  private(set) var sources: [BoundSource]
  /// By source; nil where it has its fields among those of the root types.
  let namespaces: [RootNamespace?]
  private(set) var typeNames: Set<String>
  /// How the source makes names whose types are being defined.
  var naming = SchemaNaming()
  /// Whether it is the schema of `/v1beta1/relay`.
  let isRelay: Bool
  let servesApolloFederation: Bool
  /// The types of the Relay schema that tables share, by name.
  var relayTypes: [String: TypeID] = [:]
  var builder = SchemaBuilder()
  private var fieldBindings = SegmentedArray<FieldBinding>()
  private var inputBindings = SegmentedArray<InputBinding>()
  private var enumBindings = SegmentedArray<EnumBinding>()
  /// The root types, which are defined last, with their fields by name.
  private(set) var rootMembers: [(id: TypeID, root: RootType, members: RootMembers)] = []

  /// By table and ``TableType``.
  private var tableTypes: [TypeID?]
  private var pending: [(table: Int, type: TableType, id: TypeID)] = []
  /// By the id of a type: whose it is.
  private var owners: [Owner] = []
  var scalars: [String: TypeID] = [:]
  var comparisons: [String: TypeID] = [:]
  /// By table: the arguments of fields that list its rows, which all share one range.
  var selectArguments: [Range<Int>?]
  var pathArgument: Range<Int>?
  /// By the name of the type: the `args` of native queries, which relationships of one name share.
  var queryArguments: [String: (arguments: [VisibleFunction.Argument], type: TypeReference)] = [:]
  /// By the name of the type: the `args` of computed fields.
  var computedArguments: [String: TypeReference] = [:]
  /// The types of objects that fields written in Swift return, by name.
  var nativeObjects: [String: TypeID] = [:]
  /// The types of actions, by name.
  var customTypes: [String: TypeID] = [:]
  var sharedEnums: [String: TypeID] = [:]
  /// By table: the fields of `<t>_aggregate_bool_exp`, which conditions on groups have too.
  var aggregatePredicates: [Int: Members<InputValueDefinition, InputBinding>] = [:]
  private(set) var inconsistencies: [SchemaInconsistency] = []
  /// The types of tables that are defined anew.
  private var reopened: [TypeID] = []

  init(
    tables: [VisibleTable],
    functions: [VisibleFunction] = [],
    natives: [NativeField] = [],
    actions: ActionSet = ActionSet(),
    sources: [BoundSource] = [],
    namespaces: [RootNamespace?] = [],
    isRelay: Bool = false,
    servesApolloFederation: Bool = false
  ) {
    self.tables = tables
    self.servesApolloFederation = servesApolloFederation
    self.sources = sources
    self.namespaces = namespaces
    self.isRelay = isRelay
    self.functions = functions
    self.natives = natives
    self.actions = actions
    typeNames = Set(tables.map(\.bound.graphQLName))
    tableTypes = Array(repeating: nil, count: tables.count * TableType.allCases.count)
    selectArguments = Array(repeating: nil, count: tables.count)
    // Hasura takes PostgreSQL's notation of arrays beside GraphQL's.
    builder.takesListTexts = true
    builder.listsTypesByName = true
    for id: TypeID in [.int, .float, .string, .boolean, .id] { setOwner(of: id, .shared) }
  }

  // MARK: - Names

  /// The id of a type of a table's own that is about to be defined.
  mutating func claim(_ name: String, for table: Int) throws(NameConflict) -> TypeID {
    let id = builder.type(name)
    guard case .none = owner(of: id) else { throw NameConflict(table: table, name: name) }
    setOwner(of: id, .table(table))
    return id
  }

  /// The id of a type that tables share and that is about to be defined.
  mutating func claimShared(_ name: String, for table: Int) throws(NameConflict) -> TypeID {
    let id = builder.type(name)
    switch owner(of: id) {
    case .none: break
    case .shared: throw NameConflict(table: table, name: name)
    case .table(let owner): throw NameConflict(table: owner, name: name)
    }
    setOwner(of: id, .shared)
    return id
  }

  private func owner(of id: TypeID) -> Owner {
    id.index < owners.count ? owners[id.index] : .none
  }

  private mutating func setOwner(of id: TypeID, _ owner: Owner) {
    while owners.count <= id.index { owners.append(.none) }
    owners[id.index] = owner
  }

  /// The id of a table's type, which will be defined later at the first call.
  mutating func type(_ type: TableType, of table: Int) throws(NameConflict) -> TypeID {
    // Rows of a native query have the conditions and the order of their model.
    let table = type.isOfModel ? tables[table].model ?? table : table
    let slot = table * TableType.allCases.count + type.rawValue
    if let known = tableTypes[slot] { return known }
    let id = try claim(type.name(of: tables[table]), for: table)
    tableTypes[slot] = id
    pending.append((table, type, id))
    return id
  }

  mutating func reference(
    to type: TableType,
    of table: Int
  ) throws(NameConflict) -> TypeReference {
    TypeReference(try self.type(type, of: table))
  }

  // MARK: - Definitions

  mutating func define(
    object id: TypeID,
    description: String?,
    interfaces: [TypeID] = [],
    _ members: Members<FieldDefinition, FieldBinding>
  ) {
    let members = members.named(by: naming)
    let range = builder.defineObject(
      id,
      description: description,
      interfaces: interfaces,
      fields: members.definitions
    )
    fieldBindings.place(members.bindings, at: range, none: .none)
  }

  mutating func define(
    interface id: TypeID,
    description: String?,
    _ members: Members<FieldDefinition, FieldBinding>
  ) {
    let range = builder.defineInterface(
      id,
      description: description,
      fields: members.definitions
    )
    fieldBindings.place(members.bindings, at: range, none: .none)
  }

  /// Keeps a root type, to be defined when all others are.
  mutating func define(_ root: RootType, _ id: TypeID, _ members: RootMembers) {
    rootMembers.append((id, root, members))
  }

  /// Defines the root types, which have to be last.
  mutating func defineRoots() {
    naming = SchemaNaming()
    builder.beginTail()
    for (id, root, members) in rootMembers {
      define(object: id, description: root == .mutation ? "mutation root" : nil, members)
    }
  }

  mutating func define(union id: TypeID, of members: [TypeID]) {
    builder.defineUnion(id, members: members)
  }

  mutating func define(
    inputObject id: TypeID,
    description: String?,
    _ members: Members<InputValueDefinition, InputBinding>
  ) {
    let members = members.named(by: naming)
    let range = builder.defineInputObject(
      id,
      description: description,
      fields: members.definitions
    )
    inputBindings.place(members.bindings, at: range, none: .none)
  }

  mutating func define(
    enumeration id: TypeID,
    description: String?,
    _ members: Members<EnumValueDefinition, EnumBinding>
  ) {
    let range = builder.defineEnum(id, description: description, values: members.definitions)
    enumBindings.place(members.bindings, at: range, none: .none)
  }

  mutating func arguments(_ members: Members<InputValueDefinition, InputBinding>) -> Range<Int> {
    let members = members.named(by: naming)
    let range = builder.inputValues(members.definitions)
    inputBindings.place(members.bindings, at: range, none: .none)
    return range
  }

  mutating func defineDirective(_ directive: DirectiveDefinition) {
    builder.defineDirective(directive)
  }

  /// The index of a table of a source, by its name; nil where the role's schema has none.
  func table(_ name: TableName, in source: String? = nil) -> Int? {
    for bound in sources where source.map({ $0 == bound.name }) ?? (bound.database == .main) {
      if let index = bound.tables.first(where: { tables[$0].bound.name == name }) { return index }
    }
    return nil
  }

  mutating func report(_ inconsistency: SchemaInconsistency) {
    inconsistencies.append(inconsistency)
  }

  // MARK: - Going on

  /// Adds tables behind those that are there.
  mutating func append(_ new: [VisibleTable], _ sources: [BoundSource]) {
    tables += new
    self.sources = sources
    typeNames.formUnion(new.map(\.bound.graphQLName))
    tableTypes += Array(repeating: nil, count: new.count * TableType.allCases.count)
    selectArguments += Array(repeating: nil, count: new.count)
  }

  /// Lets the types of a table be defined anew, under the ids that they have.
  mutating func reopen(_ index: Int, as table: VisibleTable) {
    tables[index] = table
    aggregatePredicates[index] = nil
    for (position, owner) in owners.enumerated() where owner == .table(index) {
      let id = TypeID(position)
      builder.reopen(id)
      reopened.append(id)
      owners[position] = .none
    }
    let first = index * TableType.allCases.count
    for type in TableType.allCases {
      guard let id = tableTypes[first + type.rawValue] else { continue }
      setOwner(of: id, .table(index))
      pending.append((index, type, id))
    }
  }

  /// Whether all that was reopened is defined; a type that is not has gone.
  var hasAllReopened: Bool { builder.areDefined(reopened) }

  /// Puts fields to those of a root type; false where a name is there twice, or the root type is not.
  mutating func merge(
    _ members: RootMembers,
    into root: RootType,
    replacing tables: Set<Int>
  ) -> Bool {
    guard !members.isEmpty || !tables.isEmpty else { return true }
    guard let place = rootMembers.firstIndex(where: { $0.root == root }) else {
      return members.isEmpty
    }
    var kept = rootMembers[place].members
    if !tables.isEmpty {
      kept = kept.filter { binding in binding.rootTable.map { !tables.contains($0) } ?? true }
    }
    guard let merged = kept.merged(with: members, by: \.name), !merged.isEmpty else { return false }
    rootMembers[place].members = merged
    return true
  }

  /// Takes the bindings of root fields away, which are the last.
  mutating func dropRootBindings() {
    fieldBindings.truncate(to: builder.fieldCount)
    reopened = []
  }

  // MARK: - The end

  /// Defines what is referred to, until nothing is left.
  mutating func definePending() throws(NameConflict) {
    while let next = pending.popLast() {
      naming = tables[next.table].naming
      try define(next.type, of: next.table, next.id)
    }
  }

  consuming func finish(
    role: String,
    roots: Roots,
    recipes: [ParameterRecipe],
    inconsistencies: [SchemaInconsistency],
    rootConflicts: [RootConflict] = []
  ) throws(SchemaError) -> RoleSchema {
    let schema = try builder.build(
      query: roots.query,
      mutation: roots.mutation,
      subscription: roots.subscription
    )
    fieldBindings.place([], at: schema.fields.count..<schema.fields.count, none: .none)
    inputBindings.place([], at: schema.inputValues.count..<schema.inputValues.count, none: .none)
    enumBindings.place([], at: schema.enumValues.count..<schema.enumValues.count, none: .none)
    return RoleSchema(
      role: role,
      isRelay: isRelay,
      schema: schema,
      fieldBindings: fieldBindings,
      inputBindings: inputBindings,
      enumBindings: enumBindings,
      sources: sources,
      tables: tables.map(\.bound),
      functions: functions.map(\.bound),
      natives: natives,
      actions: actions,
      recipes: recipes,
      writes: tables.map(\.writes),
      inconsistencies: inconsistencies,
      rootConflicts: rootConflicts
    )
  }
}

extension SegmentedArray {
  /// Puts elements at a range behind the end, and `none` into the gap before it.
  fileprivate mutating func place(_ elements: [Element], at range: Range<Int>, none: Element) {
    precondition(range.lowerBound >= count && range.count == elements.count)
    while count < range.lowerBound { append(none) }
    append(contentsOf: elements)
  }
}
