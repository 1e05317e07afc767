import JSON

/// Makes a catalog of what ``Catalog/query`` has answered.
struct CatalogDecoder {
  private var types: [PostgresType] = []
  private var indices: [UInt32: Int] = [:]

  mutating func decode(_ document: JSONValue) throws(CatalogError) -> Catalog {
    guard let members = document.object else { throw CatalogError("expected the catalog") }
    try readTypes(CatalogRow.rows(members["types"]))
    var tables: [Table] = []
    for var row in try CatalogRow.rows(members["tables"]) { tables.append(try table(&row)) }
    var functions: [Function] = []
    for var row in try CatalogRow.rows(members["functions"]) {
      functions.append(try function(&row))
    }
    return Catalog(tables: tables, types: types, functions: functions)
  }

  // MARK: - Types

  private mutating func readTypes(_ rows: [CatalogRow]) throws(CatalogError) {
    var parts: [(element: UInt32?, base: UInt32?)] = []
    var unnamed: [Int] = []
    for var row in rows {
      let oid = try row.oid()
      indices[oid] = types.count
      let schema = try row.string()
      let name = try row.string()
      let kind = try row.character()
      let category = try row.character() ?? UInt8(ascii: "X")
      parts.append((try row.optionalOID(), try row.optionalOID()))
      let relation = try row.optionalOID()
      let sqlName = try row.optionalString()
      if sqlName == nil { unnamed.append(types.count) }
      types.append(
        PostgresType(
          oid: oid,
          schema: schema,
          name: name,
          kind: typeKind(kind, category: category),
          category: category,
          relation: relation,
          enumLabels: try row.strings(),
          sqlName: sqlName ?? ""
        )
      )
    }
    for (index, part) in parts.enumerated() {
      types[index].element = try part.element.map { oid throws(CatalogError) in try type(oid) }
      types[index].base = try part.base.map { oid throws(CatalogError) in try type(oid) }
    }
    // PostgreSQL has no arrays of arrays: one step leads to a type with a name.
    for index in unnamed {
      guard let element = types[index].element else { continue }
      types[index].sqlName = types[element.index].sqlName + "[]"
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

  private func type(_ oid: UInt32) throws(CatalogError) -> PostgresTypeID {
    guard let index = indices[oid] else { throw CatalogError("the type \(oid) is missing") }
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

  private func table(_ row: inout CatalogRow) throws(CatalogError) -> Table {
    let oid = try row.oid()
    let name = TableName(schema: try row.string(), name: try row.string())
    let kind = try row.character()
    let comment = try row.optionalString()
    let changes = try row.int()
    var columns: [Column] = []
    for var column in try row.rows() { columns.append(try self.column(&column)) }
    var primaryKey: Key?
    var uniqueKeys: [Key] = []
    for var key in try row.rows() {
      let (key, isPrimary) = try self.key(&key)
      if isPrimary { primaryKey = key } else { uniqueKeys.append(key) }
    }
    var foreignKeys: [ForeignKey] = []
    for var key in try row.rows() { foreignKeys.append(try foreignKey(&key)) }
    return Table(
      oid: oid,
      name: name,
      kind: tableKind(kind),
      columns: columns,
      primaryKey: primaryKey,
      uniqueKeys: uniqueKeys,
      foreignKeys: foreignKeys,
      comment: comment,
      // The bits of `pg_relation_is_updatable`, one a command.
      isInsertable: changes & 8 != 0,
      isUpdatable: changes & 4 != 0,
      isDeletable: changes & 16 != 0
    )
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

  private func column(_ row: inout CatalogRow) throws(CatalogError) -> Column {
    let name = try row.string()
    let position = try row.int()
    let declaredType = try type(row.oid())
    let isNotNull = try row.bool()
    let hasExpression = try row.bool()
    let isGenerated = try row.character() != nil
    let identity = try row.character()
    let comment = try row.optionalString()
    return Column(
      name: name,
      position: position,
      type: resolved(declaredType),
      declaredType: declaredType,
      isNullable: !isNotNull,
      hasDefault: hasExpression && !isGenerated,
      defaultExpression: try row.optionalString(),
      generated: isGenerated ? .stored : .never,
      identity: identity == UInt8(ascii: "a")
        ? .always : identity == UInt8(ascii: "d") ? .byDefault : .none,
      comment: comment
    )
  }

  private func key(_ row: inout CatalogRow) throws(CatalogError) -> (Key, isPrimary: Bool) {
    let oid = try row.oid()
    let name = try row.string()
    let isPrimary = try row.bool()
    let isConstraint = try row.bool()
    let isTotal = try row.bool()
    let key = Key(
      oid: oid,
      name: name,
      columns: try row.strings(),
      isConstraint: isConstraint,
      isTotal: isTotal
    )
    return (key, isPrimary)
  }

  private func foreignKey(_ row: inout CatalogRow) throws(CatalogError) -> ForeignKey {
    let oid = try row.oid()
    let name = try row.string()
    let target = TableName(schema: try row.string(), name: try row.string())
    var key = ForeignKey(oid: oid, name: name, columns: [], target: target, targetColumns: [])
    for var pair in try row.rows() {
      key.columns.append(try pair.string())
      key.targetColumns.append(try pair.string())
    }
    return key
  }

  // MARK: - Functions

  private func function(_ row: inout CatalogRow) throws(CatalogError) -> Function {
    let oid = try row.oid()
    let name = FunctionName(schema: try row.string(), name: try row.string())
    let volatility = try row.character()
    let returnsSet = try row.bool()
    let returnType = try type(row.oid())
    let isVariadic = try row.bool()
    let defaults = try row.int()
    let types = try row.next().array ?? []
    let names = try row.strings()
    var arguments: [Function.Argument] = []
    for (index, type) in types.enumerated() {
      guard let oid = type.int.flatMap({ UInt32(exactly: $0) }) else {
        throw CatalogError("expected the oid of an argument's type")
      }
      arguments.append(
        Function.Argument(
          name: index < names.count ? names[index] : "",
          type: try self.type(oid),
          hasDefault: index >= types.count - defaults
        )
      )
    }
    return Function(
      oid: oid,
      name: name,
      volatility: volatility == UInt8(ascii: "i")
        ? .immutable : volatility == UInt8(ascii: "s") ? .stable : .volatile,
      arguments: arguments,
      returnType: returnType,
      returnsSet: returnsSet,
      isVariadic: isVariadic,
      comment: try row.optionalString()
    )
  }
}

extension Catalog {
  /// The catalog that ``query`` has answered with.
  package init(parsing bytes: Span<UInt8>) throws(CatalogError) {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw CatalogError("the catalog is no JSON: \(error)")
    }
    var decoder = CatalogDecoder()
    self = try decoder.decode(document)
  }
}
