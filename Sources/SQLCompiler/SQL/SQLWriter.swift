/// Writes the text of one SQL statement and numbers its parameters.
///
/// Identifiers come from the catalog and are quoted; values are never written, only their slots.
struct SQLWriter {
  let tables: [BoundTable]
  /// The levels of the query, for statements that repeat those of their parents.
  let sources: [RowSource]
  /// The source whose rows stand in the statement's common table `p`, and its key columns there.
  ///
  /// One row is not a table that is selected from, but stands beside what is being written.
  var common: (source: Int, keys: [Int], isOneRow: Bool)?
  /// The function whose rows stand in the statement's common table `f`.
  var commonFunction: FunctionCall?
  /// The aliases of rows that have a column more than their table.
  var widerAliases: Set<String> = []
  /// By alias of rows that a function makes of others: the alias of their parents' keys.
  var parentAliases: [String: String] = [:]
  /// Of the statement being written: the values that its rows are grouped by.
  var groupKeys: [String] = []
  /// The rows that the permissions being written are about, the innermost last.
  private(set) var permissionRows: [(table: Int, alias: String)] = []
  /// Whether the condition being written stands under a `not`.
  var isNegated = false
  /// For a statement that serves several requests: the types of the arrays that its parameters are,
  /// whose elements stand in the columns `k0`, `k1` and so on of a table `k`.
  private(set) var gatheredTypes: [String] = []
  private(set) var sql = ""
  private(set) var parameters: [ParameterSlot] = []
  private var aliases = 0

  init(tables: [BoundTable], sources: [RowSource]) {
    self.tables = tables
    self.sources = sources
  }

  var statement: Statement { Statement(sql: sql, parameters: parameters) }

  /// A name for one more table of the statement.
  mutating func makeAlias() -> String {
    defer { aliases += 1 }
    return "t\(aliases)"
  }

  mutating func write(_ text: String) {
    sql += text
  }

  /// The text that a closure writes, kept out of the statement for a later place in it.
  mutating func collect(_ body: (inout SQLWriter) -> Void) -> String {
    let statement = sql
    sql = ""
    body(&self)
    defer { sql = statement }
    return sql
  }

  /// Writes elements with a separator between them.
  mutating func list<Element>(
    _ elements: some Sequence<Element>,
    separator: String = ", ",
    _ writeElement: (inout SQLWriter, Element) -> Void
  ) {
    var isFirst = true
    for element in elements {
      if !isFirst { write(separator) }
      isFirst = false
      writeElement(&self, element)
    }
  }

  /// Writes `$n::type`; a slot that stands in the statement twice is one parameter.
  mutating func parameter(_ slot: ParameterSlot, as type: String) {
    let number: Int
    if !gatheredTypes.isEmpty {
      let index = parameters.firstIndex(of: slot) ?? gather(slot, as: "text[]")
      return write("k.k\(index)::\(type)")
    }
    if let index = parameters.firstIndex(of: slot) {
      number = index + 1
    } else {
      parameters.append(slot)
      number = parameters.count
    }
    write("$\(number)::\(type)")
  }

  /// Makes a slot an array with an element for each request; returns the number of its column.
  @discardableResult
  mutating func gather(_ slot: ParameterSlot, as type: String) -> Int {
    parameters.append(slot)
    gatheredTypes.append(type)
    return parameters.count - 1
  }

  /// Whether what is being written is part of a permission, which sees all rows and values.
  var isInPermission: Bool { !permissionRows.isEmpty }

  /// Writes the condition of a permission on a row.
  mutating func permission(_ condition: Predicate, table: Int, alias: String) {
    permissionRows.append((table, alias))
    predicate(condition, table: table, alias: alias)
    permissionRows.removeLast()
  }

  /// A column's value as far as the role sees it.
  mutating func value(_ column: Int, of table: Int, alias: String) -> String {
    let name = self.column(column, of: table, alias: alias)
    guard !isInPermission, let condition = tables[table].access.redactions[column] else {
      return name
    }
    let test = collect { $0.permission(condition, table: table, alias: alias) }
    return "case when \(test) then \(name) end"
  }

  /// A column, whether the role sees its value or not: for joins.
  func column(_ column: Int, of table: Int, alias: String) -> String {
    alias + "." + tables[table].columns[column].sqlName
  }

  mutating func write(_ count: RowCount) {
    switch count {
    case .literal(let number): write(String(number))
    case .parameter(let slot): parameter(slot, as: "bigint")
    case .parameterAtMost(let slot, let number):
      write("least(")
      parameter(slot, as: "bigint")
      write(", \(number))")
    }
  }
}
