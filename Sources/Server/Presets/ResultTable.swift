import JSON

/// The rows of one root field of an answer, for a terminal or a spreadsheet.
///
/// Numbers are the digits that the server sent.
struct ResultTable {
  private let name: String
  private let isAlone: Bool
  private var columns: [String] = []
  private var rows: [[String: JSONValue]] = []

  /// A table for each root field.
  static func all(in data: JSONValue) -> [ResultTable] {
    let members = data.object?.members ?? []
    return members.map { ResultTable($0.key, $0.value, isAlone: members.count == 1) }
  }

  private init(_ name: String, _ value: JSONValue, isAlone: Bool) {
    self.name = name
    self.isAlone = isAlone
    var known: Set<String> = []
    let list: [JSONValue] =
      switch value {
      case .array(let list): list
      case .null: []
      default: [value]
      }
    for row in list {
      var cells: [String: JSONValue] = [:]
      flatten(row, as: "") { column, value in
        if known.insert(column).inserted { columns.append(column) }
        cells[column] = value
      }
      rows.append(cells)
    }
    // An object that is null in one row has members in another.
    let (all, rows) = (columns, rows)
    columns = all.filter { column in
      !(all.contains { $0.hasPrefix(column + ".") }
        && rows.allSatisfy { $0[column]?.isNull ?? true })
    }
  }

  /// Members of objects within become columns of their own: `account.provider`.
  private func flatten(_ value: JSONValue, as name: String, _ add: (String, JSONValue) -> Void) {
    guard case .object(let object) = value else {
      return add(name.isEmpty ? self.name : name, value)
    }
    for member in object.members {
      flatten(member.value, as: name.isEmpty ? member.key : "\(name).\(member.key)", add)
    }
  }

  // MARK: - Text

  /// Columns aligned, numbers to the right, and how many rows there are.
  var text: String {
    let title = isAlone ? "" : "\(name)\n"
    let count = rows.count == 1 ? "1 row" : "\(rows.count) rows"
    guard !columns.isEmpty else { return "\(title)(\(count))\n" }
    let cells = rows.map { row in columns.map { Self.visible(Self.plain(row[$0])) } }
    let isNumeric = columns.map { column in
      rows.contains { $0[column]?.number != nil }
        && rows.allSatisfy { $0[column]?.number != nil || $0[column]?.isNull ?? true }
    }
    let widths = columns.indices.map { index in
      (cells.map { $0[index].count } + [columns[index].count]).max() ?? 0
    }
    let line = { (cells: [String]) in
      var text = ""
      for (index, cell) in cells.enumerated() {
        let space = String(repeating: " ", count: widths[index] - cell.count)
        text += (index > 0 ? "  " : "") + (isNumeric[index] ? space + cell : cell + space)
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text + "\n"
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return title + line(columns) + rule + "\n" + cells.map(line).joined() + "(\(count))\n"
  }

  /// What a terminal would take for an order is shown as a sign.
  private static func visible(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        ? Character("\u{FFFD}")
        : Character(scalar)
    }
    return String(scalars)
  }

  private static func plain(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null?: ""
    case .string(let text)?: text
    case let value?: value.text
    }
  }

  // MARK: - CSV

  /// As RFC 4180 has it: a line of names, lines end with CR LF, quotes where they are needed.
  var csv: String {
    var text = columns.map(Self.quoted).joined(separator: ",") + "\r\n"
    for row in rows {
      text += columns.map { Self.quoted(Self.plain(row[$0])) }.joined(separator: ",") + "\r\n"
    }
    return text
  }

  private static func quoted(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
    guard needsQuotes else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
