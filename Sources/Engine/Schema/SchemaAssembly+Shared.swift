import GraphQLCore
import SQLCompiler

// What several types share, each made at the first call.
extension SchemaAssembly {
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
  static let path = InputValueDefinition(
    name: "path",
    description: "JSON select path",
    type: TypeReference(.string)
  )

  /// The arguments of json and jsonb fields that have no other ones.
  mutating func makePathArgument() -> Range<Int> {
    if let pathArgument { return pathArgument }
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(Self.path, .jsonPath)
    let range = arguments(members)
    pathArgument = range
    return range
  }

  /// The enum `order_by`.
  mutating func orderDirection(for table: Int) throws(NameConflict) -> TypeReference {
    try sharedEnum(naming.type(global: "order_by"), for: table) { $0.defineOrderDirection($1) }
  }

  /// The enum `date_trunc_unit`.
  mutating func dateUnit(for table: Int) throws(NameConflict) -> TypeReference {
    try sharedEnum(naming.type(global: "date_trunc_unit"), for: table) { $0.defineDateUnit($1) }
  }

  /// The enum `cursor_ordering`.
  mutating func cursorOrdering(for table: Int) throws(NameConflict) -> TypeReference {
    try sharedEnum(naming.type(shared: "cursor_ordering"), for: table) {
      $0.defineCursorOrdering($1)
    }
  }

  private mutating func sharedEnum(
    _ name: String,
    for table: Int,
    define: (inout SchemaAssembly, TypeID) -> Void
  ) throws(NameConflict) -> TypeReference {
    if let known = sharedEnums[name] { return TypeReference(known) }
    let id = try claimShared(name, for: table)
    define(&self, id)
    sharedEnums[name] = id
    return TypeReference(id)
  }
}
