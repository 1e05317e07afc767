import Catalog
import GraphQLCore
import SQLCompiler

/// A schema on its way: what is defined so far, and which types are referred to but not yet defined.
///
/// Types are defined where something refers to them, so that a schema lists none that cannot be
/// reached. Whatever appends a member appends its binding, so that both arrays stay in step.
struct SchemaAssembly {
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
  struct Roots {
    var query: TypeID
    /// Nil where the role may write nothing.
    var mutation: TypeID?
    /// Nil where the role sees nothing that a subscription could select.
    var subscription: TypeID?
  }

  private enum Owner {
    /// The name is reserved, or of the language itself, and nobody's yet.
    case none
    /// Tables share the type.
    case shared
    case table(Int)
  }

  let tables: [VisibleTable]
  let functions: [VisibleFunction]
  let natives: [NativeField]
  let actions: ActionSet
  let sources: [BoundSource]
  /// By source; nil where it has its fields among those of the root types.
  let namespaces: [RootNamespace?]
  let typeNames: Set<String>
  /// How the source makes names whose types are being defined.
  var naming = SchemaNaming()
  /// Whether it is the schema of `/v1beta1/relay`.
  let isRelay: Bool
  let servesApolloFederation: Bool
  /// The types of the Relay schema that tables share, by name.
  var relayTypes: [String: TypeID] = [:]
  private(set) var builder = SchemaBuilder()
  private var fieldBindings: [FieldBinding] = []
  private var inputBindings: [InputBinding] = []
  private var enumBindings: [EnumBinding] = []

  /// By table and ``TableType``.
  private var tableTypes: [TypeID?]
  private var pending: [(table: Int, type: TableType, id: TypeID)] = []
  /// By the id of a type: whose it is.
  private var owners: [Owner] = []
  private var scalars: [String: TypeID] = [:]
  private var comparisons: [String: TypeID] = [:]
  /// By table: the arguments of fields that list its rows, which all share one range.
  private var selectArguments: [Range<Int>?]
  private var pathArgument: Range<Int>?
  /// By the name of the type: the `args` of computed fields.
  var computedArguments: [String: TypeReference] = [:]
  /// The types of objects that fields written in Swift return, by name.
  var nativeObjects: [String: TypeID] = [:]
  /// The types of actions, by name.
  var customTypes: [String: TypeID] = [:]
  private var orderDirections: [String: TypeID] = [:]
  private var cursorOrderings: [String: TypeID] = [:]
  private var dateUnits: [String: TypeID] = [:]
  /// By table: the fields of `<t>_aggregate_bool_exp`, which conditions on groups have too.
  var aggregatePredicates: [Int: Members<InputValueDefinition, InputBinding>] = [:]
  private(set) var inconsistencies: [SchemaInconsistency] = []

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

  // MARK: - Shared parts

  mutating func scalar(_ name: String, for table: Int) throws(NameConflict) -> TypeID {
    switch name {
    case "Int": return .int
    case "Float": return .float
    case "String": return .string
    case "Boolean": return .boolean
    default: break
    }
    if let known = scalars[name] { return known }
    let id = try claimShared(name, for: table)
    builder.defineScalar(id)
    scalars[name] = id
    return id
  }

  /// The type of a column's values, nullable.
  mutating func reference(
    to type: ColumnType,
    for table: Int
  ) throws(NameConflict) -> TypeReference {
    if let enumTable = type.enumTable { return try reference(to: .enumeration, of: enumTable) }
    let scalar = TypeReference(try scalar(type.scalar, for: table))
    return type.isArray ? scalar.nonNull.list : scalar
  }

  /// The comparison type of a name, defined by `define` at the first call.
  mutating func comparison(
    _ plainName: String,
    for table: Int,
    define: (inout SchemaAssembly, TypeID) throws(NameConflict) -> Void
  ) throws(NameConflict) -> TypeID {
    let name = naming.type(shared: plainName)
    if let known = comparisons[name] { return known }
    let id = try claimShared(name, for: table)
    comparisons[name] = id
    try define(&self, id)
    return id
  }

  mutating func selectArguments(of table: Int) throws(NameConflict) -> Range<Int> {
    if let known = selectArguments[table] { return known }
    let range = arguments(try makeSelectArguments(of: table))
    selectArguments[table] = range
    return range
  }

  /// The argument `path` of json and jsonb fields.
  mutating func makePathArgument() -> Range<Int> {
    if let pathArgument { return pathArgument }
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "path",
        description: "JSON select path",
        type: TypeReference(.string)
      ),
      .jsonPath
    )
    let range = arguments(members)
    pathArgument = range
    return range
  }

  /// The enum `order_by`.
  mutating func orderDirection(for table: Int) throws(NameConflict) -> TypeReference {
    let name = naming.type(global: "order_by")
    if let known = orderDirections[name] { return TypeReference(known) }
    let id = try claimShared(name, for: table)
    defineOrderDirection(id)
    orderDirections[name] = id
    return TypeReference(id)
  }

  /// The enum `date_trunc_unit`.
  mutating func dateUnit(for table: Int) throws(NameConflict) -> TypeReference {
    let name = naming.type(global: "date_trunc_unit")
    if let known = dateUnits[name] { return TypeReference(known) }
    let id = try claimShared(name, for: table)
    defineDateUnit(id)
    dateUnits[name] = id
    return TypeReference(id)
  }

  /// The enum `cursor_ordering`.
  mutating func cursorOrdering(for table: Int) throws(NameConflict) -> TypeReference {
    let name = naming.type(shared: "cursor_ordering")
    if let known = cursorOrderings[name] { return TypeReference(known) }
    let id = try claimShared(name, for: table)
    defineCursorOrdering(id)
    cursorOrderings[name] = id
    return TypeReference(id)
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

extension Array {
  /// Puts elements at a range behind the end, and `none` into the gap before it.
  fileprivate mutating func place(_ elements: [Element], at range: Range<Int>, none: Element) {
    precondition(range.lowerBound >= count && range.count == elements.count)
    append(contentsOf: repeatElement(none, count: range.lowerBound - count))
    append(contentsOf: elements)
  }
}
