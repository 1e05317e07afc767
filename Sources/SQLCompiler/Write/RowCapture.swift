/// Rows that one statement of a transaction leaves to those after it, in a setting that ends with it.
///
/// All statements of a mutation go out together, so no value of a row that was just written passes
/// through the client: the rows travel as the text of their type, which PostgreSQL reads back without
/// loss. What is read from them later is what the write returned, whatever happened to them since.
struct RowCapture: Hashable {
  enum Form: Hashable {
    /// One row.
    case row
    /// The rows of one statement.
    case rows
    /// The rows of several statements, each appending its own to the rows of its block.
    case appended(blocks: Int)
  }

  var setting: String
  var table: Int
  var form: Form
  /// Where rows are appended: to which block.
  var block = 0

  /// A statement copies what its block has so far, so there are about as many blocks as rows in each.
  static func appended(_ setting: String, table: Int, statements: Int) -> RowCapture {
    let blocks = max(1, Int(Double(statements).squareRoot()))
    return RowCapture(setting: setting, table: table, form: .appended(blocks: blocks))
  }

  /// The same for one of the statements.
  func forStatement(_ number: Int, of count: Int) -> RowCapture {
    guard case .appended(let blocks) = form else { return self }
    var capture = self
    capture.block = number * blocks / count
    return capture
  }

  func setting(ofBlock block: Int) -> String { "\(setting)_\(block)" }
}

extension SQLWriter {
  private func rowType(_ capture: RowCapture) -> String { tables[capture.table].sqlName }

  /// What keeps the rows of a common table `w` whose column `r` is a row.
  ///
  /// It is no text of the rows, which would come back with each statement.
  mutating func keep(_ capture: RowCapture) -> String {
    let setting: String
    let value: String
    switch capture.form {
    case .row:
      setting = capture.setting
      value = "(array_agg(w.r))[1]::text"
    case .rows:
      setting = capture.setting
      value = "coalesce(array_agg(w.r)::text, '{}')"
    case .appended:
      setting = capture.setting(ofBlock: capture.block)
      let old = "coalesce(current_setting('\(setting)', true), '')"
      value =
        "\(old) || case when \(old) <> '' and count(*) > 0 then ',' else '' end || coalesce(string_agg("
        + #"'"' || replace(replace(w.r::text, '\', '\\'), '"', '\"') || '"', ','), '')"#
    }
    return "set_config('\(setting)', \(value), true) is null"
  }

  /// The rows that were kept, as a table of a statement.
  func rows(of capture: RowCapture) -> String {
    switch capture.form {
    case .row: "unnest(array[\(row(of: capture))])"
    case .rows: "unnest(current_setting('\(capture.setting)')::\(rowType(capture))[])"
    case .appended(let blocks):
      // As an array, since a function takes no more than a hundred arguments.
      "unnest(('{' || array_to_string(array[\(texts(of: capture, blocks))], ',') || '}')::"
        + "\(rowType(capture))[])"
    }
  }

  private func texts(of capture: RowCapture, _ blocks: Int) -> String {
    (0..<blocks)
      .map { "nullif(current_setting('\(capture.setting(ofBlock: $0))', true), '')" }
      .joined(separator: ", ")
  }

  /// A column of the one row that was kept.
  func column(_ column: Int, of capture: RowCapture) -> String {
    "(\(row(of: capture))).\(tables[capture.table].columns[column].sqlName)"
  }

  private func row(of capture: RowCapture) -> String {
    "current_setting('\(capture.setting)')::\(rowType(capture))"
  }
}
