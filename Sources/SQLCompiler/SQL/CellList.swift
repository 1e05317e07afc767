/// The select list of one statement: each cell once, by the number that the output knows it by.
struct CellList {
  enum Cell: Hashable {
    /// A column's value for the output.
    case column(Int)
    /// The part of a json column that a path names.
    case path(Int, ParameterSlot)
    /// A column's value in a form that is the same text wherever the value is equal.
    case key(Int)
    case count(columns: [Int], isDistinct: Bool)
    case function(AggregateFunction, Int)
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
      switch cell {
      case .column(let column):
        let type = table.columns[column].type
        switch type.encoding {
        case .viaToJSON: types.append("json")
        case .viaGeoJSON: types.append("text")
        default: types.append(type.sqlName)
        }
      case .path(let column, _): types.append(table.columns[column].type.sqlName)
      case .key, .count, .function: return nil
      }
    }
    return types
  }

  private func text(of cell: Cell, alias: String, _ writer: inout SQLWriter) -> String {
    func name(_ column: Int) -> String { writer.value(column, of: index, alias: alias) }
    switch cell {
    case .column(let column):
      return table.columns[column].type.encoding.expression(for: name(column))
    case .path(let column, let slot):
      let value = name(column)
      return writer.collect {
        $0.write("\(value.hasPrefix("case ") ? "(\(value))" : value) #> ")
        $0.parameter(slot, as: "text[]")
      }
    case .key(let column):
      return table.columns[column].type.canonical(
        writer.column(column, of: index, alias: alias)
      )
    case .count(let columns, let isDistinct):
      guard !columns.isEmpty else { return "count(*)" }
      let list = columns.map(name).joined(separator: ", ")
      // count((a, b)) counts rows, count((a)) the values of a.
      let argument = columns.count > 1 ? "(\(list))" : list
      return "count(\(isDistinct ? "distinct " : "")\(argument))"
    case .function(let function, let column):
      let bound = table.columns[column]
      return bound.encoding(of: function).expression(for: "\(function.rawValue)(\(name(column)))")
    }
  }
}

extension ValueEncoding {
  /// Whether the value is selected through a function.
  fileprivate var isExpression: Bool { self == .viaToJSON || self == .viaGeoJSON }

  /// What is selected for a value, so that its text can become JSON.
  fileprivate func expression(for value: String) -> String {
    switch self {
    case .viaToJSON: "to_json(\(value))"
    case .viaGeoJSON: "ST_AsGeoJSON(\(value), 15, 4)"
    default: value
    }
  }
}

extension BoundType {
  /// A form of a value that is the same text for all values that PostgreSQL takes for equal.
  fileprivate func canonical(_ value: String) -> String {
    switch name {
    case "numeric": "trim_scale(\(value))"
    case "float4", "float8": "(\(value) + 0)"
    case "bpchar": "\(value)::text"
    case "citext": "lower(\(value)::text)"
    default: value
    }
  }
}
