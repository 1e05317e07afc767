import GraphQLCore
import SQLCompiler

// `<t>_aggregate_bool_exp`: filters over aggregates of an array relationship.
extension SchemaAssembly {
  mutating func defineAggregateBoolExp(of table: Int, _ id: TypeID) throws(NameConflict) {
    define(inputObject: id, description: nil, try aggregatePredicates(of: table))
  }

  /// A field for each function that there are columns for.
  mutating func aggregatePredicates(
    of table: Int
  ) throws(NameConflict) -> Members<InputValueDefinition, InputBinding> {
    if let known = aggregatePredicates[table] { return known }
    var fields = Members<InputValueDefinition, InputBinding>()
    let booleans = tables[table].columns(where: \.isBoolean)
    let numbers = tables[table].columns(where: \.isNumeric)
    for function in PredicateFunction.allCases {
      let columns: [VisibleTable.VisibleColumn] =
        switch function {
        case .count: []
        case .boolAnd, .boolOr: booleans
        default: numbers
        }
      guard function == .count || !columns.isEmpty else { continue }
      fields.append(
        InputValueDefinition(
          name: function.rawValue,
          type: TypeReference(try definePredicate(function, over: columns, of: table))
        ),
        .aggregatePredicate(function)
      )
    }
    aggregatePredicates[table] = fields.sorted
    return fields.sorted
  }

  private mutating func definePredicate(
    _ function: PredicateFunction,
    over columns: [VisibleTable.VisibleColumn],
    of table: Int
  ) throws(NameConflict) -> TypeID {
    let name = "aggregate_bool_exp_\(function.rawValue)"
    let id = try claim(tables[table].typeName(name), for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    if !tables[table].columns.isEmpty {
      fields.append(
        InputValueDefinition(
          name: "arguments",
          type: try predicateArguments(function, named: name, over: columns, of: table)
        ),
        .predicateArguments
      )
    }
    fields.append(
      InputValueDefinition(name: "distinct", type: TypeReference(.boolean)),
      .predicateDistinct
    )
    fields.append(
      InputValueDefinition(name: "filter", type: try reference(to: .boolExp, of: table)),
      .predicateFilter
    )
    let value = try comparison(of: function.valueType(over: columns), for: table)
    fields.append(
      InputValueDefinition(name: "predicate", type: TypeReference(value).nonNull),
      .predicateComparison
    )
    define(inputObject: id, description: nil, fields)
    return id
  }

  private mutating func predicateArguments(
    _ function: PredicateFunction,
    named name: String,
    over columns: [VisibleTable.VisibleColumn],
    of table: Int
  ) throws(NameConflict) -> TypeReference {
    guard function != .count else {
      return try reference(to: .selectColumn, of: table).nonNull.list
    }
    let column = TypeReference(try defineColumns(columns, for: name, of: table)).nonNull
    guard function == .corr || function == .covarSamp else { return column }
    let id = try claim(tables[table].typeName(name, "arguments"), for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(InputValueDefinition(name: "X", type: column), .predicateArgumentX)
    fields.append(InputValueDefinition(name: "Y", type: column), .predicateArgumentY)
    define(inputObject: id, description: nil, fields)
    return TypeReference(id).nonNull
  }

  /// The enum of the columns that a predicate's function can be over.
  private mutating func defineColumns(
    _ columns: [VisibleTable.VisibleColumn],
    for predicate: String,
    of table: Int
  ) throws(NameConflict) -> TypeID {
    let visible = tables[table]
    let words = visible.nameParts + [SchemaNaming.Part("\(predicate)_arguments_columns")]
    let name = words.map(\.text).joined(separator: "_")
    let id = try claim(
      visible.naming.type(visible.nameParts + [SchemaNaming.Part("select_column")] + words),
      for: table
    )
    define(
      enumeration: id,
      description:
        "select \(name.inQuotes) columns of table \(visible.displayName.inQuotes)",
      columnValues(columns)
    )
    return id
  }
}

extension PredicateFunction {
  /// What its value is compared as.
  ///
  /// Hasura has float8 alone, so that is what it is wherever one of the columns is of it; digits
  /// reach PostgreSQL as they are written either way, which compares them by the column's type.
  fileprivate func valueType(over columns: [VisibleTable.VisibleColumn]) -> ColumnType {
    switch self {
    case .count: ColumnType(scalar: "Int", family: .number)
    case .boolAnd, .boolOr: ColumnType(scalar: "Boolean", family: .boolean)
    case _ where columns.contains(where: { $0.type.isFloat8 }):
      ColumnType(scalar: "float8", family: .float8)
    default: ColumnType(scalar: "numeric", family: .number)
    }
  }
}
