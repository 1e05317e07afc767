/// What a PostgreSQL database has: an immutable picture of its tables, types and functions.
///
/// Partitions are never part of it, nor are system schemas and `hdb_catalog`.
package struct Catalog: Sendable {
  /// By schema and name.
  package let tables: [Table]
  /// The types that tables and functions use, and what those are made of.
  package let types: [PostgresType]
  /// By schema and name; overloads stand side by side, in the order in which they were given.
  package let functions: [Function]
  private let tableIndices: [TableName: Int]

  package init(tables: [Table] = [], types: [PostgresType] = [], functions: [Function] = []) {
    self.tables = tables.sorted { $0.name < $1.name }
    self.types = types
    self.functions = functions.enumerated()
      .sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
      .map(\.element)
    tableIndices = Dictionary(
      self.tables.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  private init(
    tables: [Table],
    types: [PostgresType],
    functions: [Function],
    tableIndices: [TableName: Int]
  ) {
    self.tables = tables
    self.types = types
    self.functions = functions
    self.tableIndices = tableIndices
  }

  /// The same catalog with the storage of another where it says the same.
  func sharing(_ other: Catalog) -> Catalog {
    var tables = tables
    var areSame = tables.count == other.tables.count
    for index in tables.indices {
      // As long as none came or went, each stands where it stood.
      let place =
        index < other.tables.count && other.tables[index].oid == tables[index].oid
        ? index : other.tableIndices[tables[index].name]
      if let place, other.tables[place] == tables[index] {
        tables[index] = other.tables[place]
        areSame = areSame && place == index
      } else {
        areSame = false
      }
    }
    return Catalog(
      tables: areSame ? other.tables : tables,
      types: types == other.types ? other.types : types,
      functions: functions == other.functions ? other.functions : functions,
      tableIndices: areSame ? other.tableIndices : tableIndices
    )
  }

  package func table(_ name: TableName) -> Table? {
    tableIndices[name].map { tables[$0] }
  }

  package func table(schema: String, name: String) -> Table? {
    table(TableName(schema: schema, name: name))
  }

  /// The functions of a name, more than one where it is overloaded.
  package func functions(_ name: FunctionName) -> [Function] {
    functions.filter { $0.name == name }
  }

  package subscript(id: PostgresTypeID) -> PostgresType { types[id.index] }

  package func type(oid: UInt32) -> PostgresTypeID? {
    types.firstIndex { $0.oid == oid }.map { PostgresTypeID(index: $0) }
  }

  package func type(schema: String = "pg_catalog", named name: String) -> PostgresTypeID? {
    types.firstIndex { $0.name == name && $0.schema == schema }.map { PostgresTypeID(index: $0) }
  }
}

extension Catalog: Equatable {
  /// Two pictures of the same storage are equal without a look at what is in it.
  package static func == (left: Catalog, right: Catalog) -> Bool {
    left.tables == right.tables && left.types == right.types && left.functions == right.functions
  }
}
