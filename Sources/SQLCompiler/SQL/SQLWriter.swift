/// Writes the text of one SQL statement and numbers its parameters.
///
/// Identifiers come from the catalog and are quoted; values are never written, only their slots.
struct SQLWriter {
  let tables: [BoundTable]
  /// The levels of the query, for statements that repeat those of their parents.
  let sources: [RowSource]
  /// The source whose rows stand in the statement's common table, and its key columns there.
  var common: (source: Int, keys: [Int])?
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

  /// What `makeAlias` will return next.
  var nextAlias: String { "t\(aliases)" }

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
    if let index = parameters.firstIndex(of: slot) {
      number = index + 1
    } else {
      parameters.append(slot)
      number = parameters.count
    }
    write("$\(number)::\(type)")
  }

  func column(_ column: Int, of table: Int, alias: String) -> String {
    alias + "." + tables[table].columns[column].sqlName
  }

  mutating func write(_ count: RowCount) {
    switch count {
    case .literal(let number): write(String(number))
    case .parameter(let slot): parameter(slot, as: "bigint")
    }
  }
}
