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
    /// The rows of several statements, each appending its own.
    case appended
  }

  var setting: String
  var table: Int
  var form: Form
}

extension SQLWriter {
  private func rowType(_ capture: RowCapture) -> String { tables[capture.table].sqlName }

  /// The call that keeps the rows of a common table `w` whose column `r` is a row.
  mutating func keep(_ capture: RowCapture) -> String {
    let old = "coalesce(current_setting('\(capture.setting)', true), '')"
    let value =
      switch capture.form {
      case .row: "(array_agg(w.r))[1]::text"
      case .rows: "coalesce(array_agg(w.r)::text, '{}')"
      case .appended:
        "\(old) || case when \(old) <> '' and count(*) > 0 then ',' else '' end || coalesce(string_agg("
          + #"'"' || replace(replace(w.r::text, '\', '\\'), '"', '\"') || '"', ','), '')"#
      }
    return "set_config('\(capture.setting)', \(value), true)"
  }

  /// The rows that were kept, as a table of a statement.
  func rows(of capture: RowCapture) -> String {
    switch capture.form {
    case .row: "unnest(array[\(row(of: capture))])"
    case .rows: "unnest(current_setting('\(capture.setting)')::\(rowType(capture))[])"
    case .appended:
      "unnest(('{' || coalesce(current_setting('\(capture.setting)', true), '') || '}')::"
        + "\(rowType(capture))[])"
    }
  }

  /// A column of the one row that was kept.
  func column(_ column: Int, of capture: RowCapture) -> String {
    "(\(row(of: capture))).\(tables[capture.table].columns[column].sqlName)"
  }

  private func row(of capture: RowCapture) -> String {
    "current_setting('\(capture.setting)')::\(rowType(capture))"
  }
}
