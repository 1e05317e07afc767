import Catalog

/// The select list of one statement: each cell once, by the number that the output knows it by.
struct CellList {
  enum Cell: Hashable {
    /// A column's value for the output.
    case column(Int)
    /// The part of a json column that a path names.
    case path(Int, ParameterSlot)
    /// A column's value in a form that is the same text wherever the value is equal.
    case key(Int)
    /// A column's value, whether or not the role sees it, as another statement takes it.
    case remoteKey(Int, RemoteField.KeyForm)
    /// A column's value as PostgreSQL's own text, to go on from there.
    case cursor(Int)
    case count(columns: [Int], isDistinct: Bool)
    case function(AggregateFunction, Int)
    /// The value of a computed field, of JSON the part that a path names.
    case computed(ComputedValue, path: ParameterSlot?)
    case computedFunction(AggregateFunction, ComputedValue)
    /// A part of what the row is known by to the rows that a function makes of it.
    case rowKey(Int)
    /// The same part of the parent's row, for rows that a function made of it.
    case parentKey(Int, type: String)
    /// A value that the rows are grouped by.
    case groupKey(Int, BoundType)
    /// What Relay knows the row by.
    case nodeID
    /// The place of the row in its connection.
    case pageCursor
    /// What is told of a connection's page.
    case page(PageInfoItem.Fact)
  }

  /// The index of the table.
  private let index: Int
  private let table: BoundTable
  private var cells: [Cell] = []

  init(_ index: Int, in tables: [BoundTable]) {
    self.index = index
    table = tables[index]
  }

  var isEmpty: Bool { cells.isEmpty }

  /// How many cells each row has.
  var count: Int { max(cells.count, 1) }

  /// The number of a cell, which is added where it is new.
  mutating func index(of cell: Cell) -> Int32 {
    if let index = cells.firstIndex(of: cell) { return Int32(index) }
    cells.append(cell)
    return Int32(cells.count - 1)
  }

  /// The number of a cell that rows are matched by.
  mutating func keyIndex(of column: Int) -> Int32 {
    let bound = table.columns[column]
    // What a role does not see of a column still leads to the rows that belong to it.
    let isCanonical =
      bound.type.canonical("x") == "x" && !bound.type.encoding.isExpression
      && table.access.redactions[column] == nil
    return index(of: isCanonical ? .column(column) : .key(column))
  }

  /// The number of a cell that another statement takes a row's key from.
  mutating func index(of key: RemoteField.Key) -> Int32 {
    let isPlain =
      key.form == .text && !table.columns[key.column].type.encoding.isExpression
      && table.access.redactions[key.column] == nil
    return index(of: isPlain ? .column(key.column) : .remoteKey(key.column, key.form))
  }

  func text(alias: String, _ writer: inout SQLWriter) -> String {
    // A row without cells still counts.
    guard !cells.isEmpty else { return "1" }
    return texts(alias: alias, &writer).joined(separator: ", ")
  }

  /// The expression of each cell.
  func texts(alias: String, _ writer: inout SQLWriter) -> [String] {
    cells.map { text(of: $0, alias: alias, &writer) }
  }

  /// The SQL type of each cell; nil where one is of no type that is known here.
  var types: [String]? {
    var types: [String] = []
    for cell in cells {
      guard let type = type(of: cell) else { return nil }
      types.append(type)
    }
    return types
  }

  private func type(of cell: Cell) -> String? {
    switch cell {
    case .column(let column): table.columns[column].type.selectedType
    case .path(let column, _): table.columns[column].type.sqlName
    case .key(let column): table.columns[column].type.canonicalType
    case .groupKey(_, let type): type.selectedType
    case .remoteKey(let column, .text): table.columns[column].type.sqlName
    case .cursor, .remoteKey(_, .json): "text"
    case .count: "bigint"
    case .function(let function, let column): function.type(over: table.columns[column].type)
    case .computed(let value, let path):
      path == nil
        ? table.computedFields[value.field].type.selectedType
        : table.computedFields[value.field].type.sqlName
    case .computedFunction(let function, let value):
      function.type(over: table.computedFields[value.field].type)
    case .rowKey(let part): table.rowKeyTypes[part]
    case .parentKey(_, let type): type
    case .nodeID, .pageCursor, .page(.startCursor), .page(.endCursor): "text"
    case .page(.hasPreviousPage), .page(.hasNextPage): "boolean"
    }
  }

  private func text(of cell: Cell, alias: String, _ writer: inout SQLWriter) -> String {
    func name(_ column: Int) -> String { writer.value(column, of: index, alias: alias) }
    switch cell {
    case .column(let column):
      return table.columns[column].type.selected(name(column))
    case .groupKey(let index, let type): return type.selected(writer.groupKeys[index])
    case .path(let column, let slot): return part(of: name(column), slot, &writer)
    case .key(let column):
      return table.columns[column].type.canonical(
        writer.column(column, of: index, alias: alias)
      )
    case .remoteKey(let column, let form):
      let value = writer.column(column, of: index, alias: alias)
      return form == .text ? value : "to_jsonb(\(value)) #>> '{}'"
    case .cursor(let column): return writer.inParentheses(name(column)) + "::text"
    case .count(let columns, let isDistinct):
      guard !columns.isEmpty else { return "count(*)" }
      let list = columns.map(name).joined(separator: ", ")
      // count((a, b)) counts rows, count((a)) the values of a.
      let argument = columns.count > 1 ? "(\(list))" : list
      return "count(\(isDistinct ? "distinct " : "")\(argument))"
    case .function(let function, let column):
      let bound = table.columns[column]
      return bound.encoding(of: function).expression(for: "\(function.rawValue)(\(name(column)))")
    case .computed(let computed, let path):
      let value = writer.value(computed, of: index, alias: alias)
      if let path { return part(of: value, path, &writer) }
      return table.computedFields[computed.field].type.selected(value)
    case .computedFunction(let function, let computed):
      let value = writer.value(computed, of: index, alias: alias)
      return table.computedFields[computed.field].encoding(of: function)
        .expression(for: "\(function.rawValue)(\(value))")
    case .rowKey(let part):
      let row = writer.row(of: index, alias: alias)
      return table.rowKeyExpressions(alias: alias, row: row)[part]
    case .parentKey(let part, _): return "\(writer.parentAliases[alias] ?? alias).k\(part)"
    case .nodeID:
      let own = table.name
      let parts =
        ["1", own.schema.quotedSQLLiteral, own.name.quotedSQLLiteral]
        + (table.primaryKey ?? []).map(name)
      return
        "translate(encode(convert_to(json_build_array(\(parts.joined(separator: ", ")))::text, "
        + "'UTF8'), 'base64'), E'\\n', '')"
    case .pageCursor: return "\(alias).\(SQLWriter.pageCursor)"
    case .page(let fact):
      let number = "\(alias).\(SQLWriter.pageNumber)"
      let cursor = "\(alias).\(SQLWriter.pageCursor)"
      return switch fact {
      case .startCursor: "(array_agg(\(cursor) order by \(number)))[1]"
      case .endCursor: "(array_agg(\(cursor) order by \(number) desc))[1]"
      case .hasPreviousPage: "min(\(number)) > 1"
      case .hasNextPage: "max(\(number)) < max(\(alias).\(SQLWriter.pageTotal))"
      }
    }
  }

  /// The part of a JSON value that a path names.
  private func part(
    of value: String,
    _ path: ParameterSlot,
    _ writer: inout SQLWriter
  ) -> String {
    writer.collect {
      $0.write("\($0.inParentheses(value)) #> ")
      $0.parameter(path, as: "text[]")
    }
  }
}

extension ValueEncoding {
  /// Whether the value is selected through a function.
  fileprivate var isExpression: Bool {
    self == .viaToJSON || self == .viaGeoJSON || self == .upperString
  }

  /// What is selected for a value, so that its text can become JSON; ``BoundType/selected(_:)`` is
  /// for values of a known type.
  fileprivate func expression(for value: String) -> String {
    switch self {
    case .viaToJSON: "to_json(\(value))"
    case .upperString: "upper(\(value))"
    default: value
    }
  }
}

extension BoundType {
  /// What is selected for a value, so that its text can become JSON.
  fileprivate func selected(_ value: String) -> String {
    encoding == .viaGeoJSON
      ? "\(qualifier)st_asgeojson(\(value), 15, 4)" : encoding.expression(for: value)
  }

  /// The SQL type of what is selected for a value.
  fileprivate var selectedType: String {
    switch encoding {
    case .viaToJSON: "json"
    case .viaGeoJSON, .upperString: "text"
    default: sqlName
    }
  }

  /// The SQL type of ``canonical(_:)``.
  var canonicalType: String {
    switch name {
    case "bpchar", "citext": "text"
    default: sqlName
    }
  }

  /// A form of a value that is the same text for all values that PostgreSQL takes for equal.
  func canonical(_ value: String) -> String {
    switch name {
    case "numeric": "trim_scale(\(value))"
    case "float4", "float8": "(\(value) + 0)"
    case "bpchar": "\(value)::text"
    case "citext": "lower(\(value)::text)"
    default: value
    }
  }
}

extension AggregateFunction {
  /// The SQL type of the function's value over values of a type; nil where it is not known here.
  fileprivate func type(over type: BoundType) -> String? {
    switch (self, type.name) {
    case (.max, _), (.min, _): type.encoding == .viaToJSON ? "json" : type.sqlName
    case (.sum, "int2"), (.sum, "int4"): "bigint"
    case (.sum, "int8"), (.sum, "numeric"): "numeric"
    case (.sum, "float4"): "real"
    case (.sum, "money"): "money"
    case (.sum, "float8"), (_, "float4"), (_, "float8"): "double precision"
    case (_, "int2"), (_, "int4"), (_, "int8"), (_, "numeric"): "numeric"
    default: nil
    }
  }
}
