/// Puts a catalog together from the rows that ``Catalog/query`` has answered with.
struct CatalogDecoder<Rows: CatalogRows> {
  private let rows: Rows
  /// By kind: the indices of the rows.
  private let indices: [CatalogRowKind: [Int]]
  private var schemas: [UInt32: String] = [:]
  private var types: [PostgresType] = []
  private var typeIndices: [UInt32: Int] = [:]
  /// By the oid of a domain: the default that it gives its columns.
  private var domainDefaults: [UInt32: String] = [:]
  private var tables: [Table] = []
  private var tableIndices: [UInt32: Int] = [:]
  private var functions: [Function] = []
  /// Relations that are in no catalog, as far as foreign keys have to name them and their columns.
  private var hidden: [UInt32: (name: TableName, columns: [Int: String])] = [:]

  init(_ rows: Rows) throws(CatalogError) {
    self.rows = rows
    var indices: [CatalogRowKind: [Int]] = [:]
    let kinds = CatalogRowKind.byByte
    for index in 0..<rows.count {
      guard let kind = rows.byte(index, .kind).flatMap({ kinds[Int($0)] }) else {
        throw CatalogError("row \(index) of the catalog is of no known kind")
      }
      indices[kind, default: []].append(index)
    }
    self.indices = indices
  }

  mutating func decode() throws(CatalogError) -> Catalog {
    for row in all(.schema) { schemas[try row.oid(.object)] = try row.string(.name) }
    try readTypes()
    try readTables()
    try readColumns()
    try readKeys()
    try readForeignKeys()
    try readFunctions()
    return Catalog(tables: tables, types: types, functions: functions)
  }

  private func all(_ kind: CatalogRowKind) -> [CatalogRow<Rows>] {
    (indices[kind] ?? []).map { CatalogRow(rows: rows, index: $0) }
  }

  private func name(
    of row: CatalogRow<Rows>,
    schema: UInt32
  ) throws(CatalogError) -> QualifiedName {
    guard let schema = schemas[schema] else {
      throw CatalogError("the schema \(schema) is missing")
    }
    return QualifiedName(schema: schema, name: try row.string(.name))
  }

  // MARK: - Types

  private mutating func readTypes() throws(CatalogError) {
    var found: [(oid: UInt32, row: CatalogRow<Rows>)] = []
    for row in all(.type) { found.append((try row.oid(.object), row)) }
    found.sort { $0.oid < $1.oid }
    var elements: [UInt32?] = []
    for (oid, row) in found {
      typeIndices[oid] = types.count
      let name = try name(of: row, schema: UInt32(clamping: row.int(.number)))
      let category = row.character(.category) ?? UInt8(ascii: "X")
      elements.append(try row.optionalOID(.other))
      types.append(
        PostgresType(
          oid: oid,
          schema: name.schema,
          name: name.name,
          kind: typeKind(row.character(.tag), category: category),
          category: category,
          sqlName: row.optionalString(.text) ?? ""
        )
      )
    }
    for (index, element) in elements.enumerated() {
      types[index].element = try element.map { oid throws(CatalogError) in try type(oid) }
    }
    for row in all(.domain) {
      types[try ownType(row)].base = try type(row.oid(.other))
      domainDefaults[try row.oid(.object)] = row.optionalString(.text)
    }
    for row in all(.composite) { types[try ownType(row)].relation = try row.oid(.other) }
    try readLabels()
    // PostgreSQL has no arrays of arrays: one step leads to a type with a name.
    for (index, (_, row)) in found.enumerated() where row.optionalString(.text) == nil {
      guard let element = types[index].element else { continue }
      types[index].sqlName = types[element.index].sqlName + "[]"
    }
  }

  private mutating func readLabels() throws(CatalogError) {
    var labels: [Int: [(position: Int, label: String)]] = [:]
    for row in all(.enumLabel) {
      let label = (try row.int(.number), try row.string(.name))
      labels[try ownType(row), default: []].append(label)
    }
    for (index, labels) in labels {
      types[index].enumLabels = labels.sorted { $0.position < $1.position }.map(\.label)
    }
  }

  private func typeKind(_ kind: UInt8?, category: UInt8) -> PostgresType.Kind {
    switch kind {
    case UInt8(ascii: "e"): .enum
    case UInt8(ascii: "d"): .domain
    case UInt8(ascii: "c"): .composite
    case UInt8(ascii: "r"): .range
    case UInt8(ascii: "m"): .multirange
    case UInt8(ascii: "p"): .pseudo
    default: category == UInt8(ascii: "A") ? .array : .base
    }
  }

  /// The index of the type that a row is about.
  private func ownType(_ row: CatalogRow<Rows>) throws(CatalogError) -> Int {
    try type(row.oid(.object)).index
  }

  private func type(_ oid: UInt32) throws(CatalogError) -> PostgresTypeID {
    guard let index = typeIndices[oid] else { throw CatalogError("the type \(oid) is missing") }
    return PostgresTypeID(index: index)
  }

  /// What a domain, or a domain over a domain, is made of.
  private func resolved(_ type: PostgresTypeID) -> PostgresTypeID {
    var type = type
    for _ in types.indices {
      guard types[type.index].kind == .domain, let base = types[type.index].base else { break }
      type = base
    }
    return type
  }

  // MARK: - Tables

  private mutating func readTables() throws(CatalogError) {
    for row in all(.table) {
      let oid = try row.oid(.object)
      let changes = try row.int(.number)
      tableIndices[oid] = tables.count
      tables.append(
        Table(
          oid: oid,
          name: try name(of: row, schema: row.oid(.other)),
          kind: tableKind(row.character(.tag)),
          columns: [],
          // The bits of `pg_relation_is_updatable`, one a command.
          isInsertable: changes & 8 != 0,
          isUpdatable: changes & 4 != 0,
          isDeletable: changes & 16 != 0
        )
      )
    }
    for row in all(.hidden) {
      hidden[try row.oid(.object)] = (try name(of: row, schema: row.oid(.other)), [:])
    }
    for row in all(.hiddenColumn) {
      hidden[try row.oid(.object)]?.columns[try row.int(.number)] = try row.string(.name)
    }
  }

  private func tableKind(_ kind: UInt8?) -> Table.Kind {
    switch kind {
    case UInt8(ascii: "p"): .partitioned
    case UInt8(ascii: "v"): .view
    case UInt8(ascii: "m"): .materializedView
    case UInt8(ascii: "f"): .foreign
    default: .table
    }
  }

  /// The index of the table that a row is about.
  private func ownTable(_ row: CatalogRow<Rows>) throws(CatalogError) -> Int {
    let oid = try row.oid(.object)
    guard let index = tableIndices[oid] else { throw CatalogError("the table \(oid) is missing") }
    return index
  }

  // MARK: - Columns

  private mutating func readColumns() throws(CatalogError) {
    for row in all(.column) {
      tables[try ownTable(row)].columns.append(try column(row))
    }
    for index in tables.indices where !tables[index].columns.areInOrder(by: \.position) {
      tables[index].columns.sort { $0.position < $1.position }
    }
    for row in all(.expression) {
      try changeColumn(of: row) { $0.defaultExpression = row.optionalString(.text) }
    }
    for row in all(.comment) {
      if try row.int(.number) == 0 {
        tables[try ownTable(row)].comment = row.optionalString(.text)
      } else {
        try changeColumn(of: row) { $0.comment = row.optionalString(.text) }
      }
    }
  }

  private func column(_ row: CatalogRow<Rows>) throws(CatalogError) -> Column {
    let oid = try row.oid(.other)
    let declaredType = try type(oid)
    let isGenerated = row.character(.tag) != nil
    let identity = row.character(.category)
    return Column(
      name: try row.string(.name),
      position: try row.int(.number),
      type: resolved(declaredType),
      declaredType: declaredType,
      isNullable: !(try row.bool(.first)),
      hasDefault: try row.bool(.second) && !isGenerated,
      // Until its own comes.
      defaultExpression: isGenerated ? nil : domainDefaults[oid],
      generated: isGenerated ? .stored : .never,
      identity: identity == UInt8(ascii: "a")
        ? .always : identity == UInt8(ascii: "d") ? .byDefault : .none
    )
  }

  /// Changes the column that a row is about, where there is one: one that was dropped may have a comment.
  private mutating func changeColumn(
    of row: CatalogRow<Rows>,
    _ change: (inout Column) -> Void
  ) throws(CatalogError) {
    let (table, position) = (try ownTable(row), try row.int(.number))
    guard let index = tables[table].columns.firstIndex(where: { $0.position == position })
    else { return }
    change(&tables[table].columns[index])
  }

  // MARK: - Keys

  private mutating func readKeys() throws(CatalogError) {
    for row in all(.key) {
      let table = try ownTable(row)
      let names = columnNames(of: tables[table])
      let key = Key(
        oid: try row.oid(.other),
        name: try row.string(.name),
        columns: try row.ints(.text).prefix(max(0, row.int(.number))).compactMap { names($0) },
        isConstraint: row.character(.tag) != nil,
        isTotal: try row.bool(.second)
      )
      if try row.bool(.first) {
        tables[table].primaryKey = key
      } else {
        tables[table].uniqueKeys.append(key)
      }
    }
    for index in tables.indices where tables[index].uniqueKeys.count > 1 {
      tables[index].uniqueKeys.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
  }

  private mutating func readForeignKeys() throws(CatalogError) {
    for row in all(.foreignKey) {
      let table = try ownTable(row)
      let target = try target(UInt32(clamping: row.int(.number)))
      let names = columnNames(of: tables[table])
      var key = ForeignKey(
        oid: try row.oid(.other),
        name: try row.string(.name),
        columns: [],
        target: target.name,
        targetColumns: []
      )
      for (local, remote) in zip(try row.ints(.text), try row.ints(.more)) {
        guard let local = names(local), let remote = target.columns(remote) else { continue }
        key.columns.append(local)
        key.targetColumns.append(remote)
      }
      tables[table].foreignKeys.append(key)
    }
    for index in tables.indices where tables[index].foreignKeys.count > 1 {
      tables[index].foreignKeys.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
  }

  /// What a foreign key refers to, and its columns by their positions.
  private func target(
    _ oid: UInt32
  ) throws(CatalogError) -> (name: TableName, columns: (Int) -> String?) {
    if let index = tableIndices[oid] { return (tables[index].name, columnNames(of: tables[index])) }
    guard let relation = hidden[oid] else { throw CatalogError("the table \(oid) is missing") }
    return (relation.name, { relation.columns[$0] })
  }

  private func columnNames(of table: Table) -> (Int) -> String? {
    let columns = table.columns
    return { position in
      // Where none was dropped, each stands at its position.
      if columns.indices.contains(position - 1), columns[position - 1].position == position {
        return columns[position - 1].name
      }
      return columns.first { $0.position == position }?.name
    }
  }

  // MARK: - Functions

  private mutating func readFunctions() throws(CatalogError) {
    var arguments: [UInt32: [(position: Int, argument: Function.Argument)]] = [:]
    for row in all(.argument) {
      let argument = Function.Argument(
        name: row.optionalString(.text) ?? "",
        type: try type(row.oid(.other)),
        hasDefault: try row.bool(.first)
      )
      arguments[try row.oid(.object), default: []].append((try row.int(.number), argument))
    }
    for row in all(.function) {
      let oid = try row.oid(.object)
      let volatility = row.character(.tag)
      let own = arguments[oid]?.sorted { $0.position < $1.position } ?? []
      functions.append(
        Function(
          oid: oid,
          name: try name(of: row, schema: UInt32(clamping: row.int(.number))),
          volatility: volatility == UInt8(ascii: "i")
            ? .immutable : volatility == UInt8(ascii: "s") ? .stable : .volatile,
          arguments: own.map(\.argument),
          returnType: try type(row.oid(.other)),
          returnsSet: try row.bool(.first),
          isVariadic: try row.bool(.second),
          comment: row.optionalString(.text)
        )
      )
    }
    functions.sort { $0.oid < $1.oid }
  }
}

extension Array {
  fileprivate func areInOrder(by position: (Element) -> Int) -> Bool {
    zip(self, dropFirst()).allSatisfy { position($0) < position($1) }
  }
}

extension Catalog {
  /// The catalog of which ``query`` has answered with the rows.
  ///
  /// What of it is as in `known`, which was read before, shares its storage: two pictures that differ
  /// little are compared quickly, and take little more memory than one.
  package init(
    rows: some CatalogRows,
    sharing known: Catalog? = nil
  ) throws(CatalogError) {
    var decoder = try CatalogDecoder(rows)
    let catalog = try decoder.decode()
    self = known.map { catalog.sharing($0) } ?? catalog
  }
}
