/// What the statement of a level selects, until all levels of its root field are known.
struct LevelDraft {
  var level: Int32
  var source: Int
  var cells: CellList
  var isAggregate: Bool
  /// For aggregates: the members that show them, which the level itself does not have.
  var members: [Range<Int32>] = []
  /// How the rows are grouped; nil for an aggregate over all of them.
  var groups: GroupQuery?
}

extension LevelDraft {
  /// Writes the select of the level's rows; `row` makes the select list of their cells.
  func write(to writer: inout SQLWriter, row: ([String]) -> String) {
    if let groups {
      writer.groups(source, groups, cells: { cells.texts(alias: $1, &$0) }, row: row)
    } else if isAggregate {
      writer.aggregate(source) { row(cells.texts(alias: $1, &$0)) }
    } else {
      writer.select(source, ordered: true) { row(cells.texts(alias: $1, &$0)) }
    }
  }
}

extension Compiler {
  /// Writes the statements of the levels of a root field.
  ///
  /// `isSmall` says that its rows are few. Then one statement fetches all levels: it finds those
  /// rows once, and each level's rows bring their own columns and nulls for those of the others.
  /// `isOneRow` says that there is one at most.
  ///
  /// `function` is the one that returns the root field's rows: it is called once, and its rows are
  /// what every level selects from.
  mutating func writeStatements(
    isSmall: Bool,
    isOneRow: Bool = false,
    function: FunctionCall? = nil
  ) {
    let drafts = drafts.sorted { $0.level < $1.level }
    self.drafts = []
    if let function, drafts.count > 1 {
      let types = drafts.map(\.cells.types)
      if !types.contains(nil) { return writeTogether(drafts, types.compactMap { $0 }, function) }
    } else if isSmall, drafts.count > 1, let types = types(of: drafts, isOneRow: isOneRow) {
      return writeTogether(drafts, types, isOneRow: isOneRow)
    }
    for draft in drafts {
      var writer = SQLWriter(tables: tables, sources: sources)
      // A row without cells still counts.
      draft.write(to: &writer) { $0.isEmpty ? "1" : $0.joined(separator: ", ") }
      levels[Int(draft.level)].statement = Int32(statements.count)
      statements.append(writer.statement)
    }
  }

  /// The types of all levels' cells; nil where the levels cannot stand in one statement.
  private func types(of drafts: [LevelDraft], isOneRow: Bool) -> [[String]]? {
    var types: [[String]] = []
    for draft in drafts {
      let parent = sources[draft.source].parent
      // Laterals read the parent's rows as a table of their own, unless that is one row.
      let isLateral = parent?.isSelective == true
      guard !draft.isAggregate, !sources[draft.source].isComputed,
        !isLateral || isOneRow && parent?.source == drafts[0].source,
        let own = draft.cells.types
      else { return nil }
      types.append(own)
    }
    return types
  }

  private mutating func writeTogether(
    _ drafts: [LevelDraft],
    _ types: [[String]],
    isOneRow: Bool
  ) {
    var writer = SQLWriter(tables: tables, sources: sources)
    let root = drafts[0]
    let keys = keyColumns(below: root.source)
    // One row is joined with what belongs to it, which costs PostgreSQL less than a table of its own.
    writer.write(isOneRow ? "select r.* from (" : "with p as materialized (")
    writer.select(root.source, ordered: true) { writer, alias in
      let cells = root.cells.texts(alias: alias, &writer).enumerated()
        .map { "\($0.element) as c\($0.offset)" }
      let keys = keys.enumerated()
        .map {
          "\(writer.column($0.element, of: sources[root.source].table, alias: alias)) as k\($0.offset)"
        }
      return (cells + keys).joined(separator: ", ")
    }
    writer.write(isOneRow ? ") as p cross join lateral (" : ") ")
    writer.common = (root.source, keys, isOneRow: isOneRow)
    var first: Int32 = 1
    for (number, draft) in drafts.enumerated() {
      func row(_ cells: [String]) -> String {
        let before = types[..<number].joined().map { "null::" + $0 }
        let after = types[(number + 1)...].joined().map { "null::" + $0 }
        return (["\(number)"] + before + cells + after).joined(separator: ", ")
      }
      if number == 0 {
        writer.write("select \(row(types[0].indices.map { "p.c\($0)" }))")
        if !isOneRow { writer.write(" from p") }
      } else {
        writer.write(" union all (")
        writer.select(draft.source, ordered: true) { row(draft.cells.texts(alias: $1, &$0)) }
        writer.write(")")
      }
      place(draft.level, number: number, firstCell: first)
      first += Int32(types[number].count)
    }
    if isOneRow { writer.write(") as r") }
    statements.append(writer.statement)
  }

  /// Writes one statement whose common table holds the rows of a function.
  private mutating func writeTogether(
    _ drafts: [LevelDraft],
    _ types: [[String]],
    _ function: FunctionCall
  ) {
    var writer = SQLWriter(tables: tables, sources: sources)
    writer.write("with f as materialized (select * from ")
    writer.call(function)
    writer.write(" as q) ")
    writer.commonFunction = function
    var first: Int32 = 1
    for (number, draft) in drafts.enumerated() {
      func row(_ cells: [String]) -> String {
        let before = types[..<number].joined().map { "null::" + $0 }
        let after = types[(number + 1)...].joined().map { "null::" + $0 }
        return (["\(number)"] + before + cells + after).joined(separator: ", ")
      }
      writer.write(number == 0 ? "(" : " union all (")
      draft.write(to: &writer, row: row)
      writer.write(")")
      place(draft.level, number: number, firstCell: first)
      for members in draft.members { output.shiftCells(of: members, by: first) }
      first += Int32(types[number].count)
    }
    statements.append(writer.statement)
  }

  private mutating func place(_ index: Int32, number: Int, firstCell: Int32) {
    let level = levels[Int(index)]
    levels[Int(index)].statement = Int32(statements.count)
    levels[Int(index)].number = Int32(number)
    output.shiftCells(ofKeys: level.keys, by: firstCell)
    output.shiftCells(of: level.fields, by: firstCell)
    if stream?.level == index { stream?.cell += firstCell }
    for remote in remotes where remote.level == index {
      output.shiftCells(ofKeys: remote.keys, by: firstCell)
    }
  }

  /// The columns of a source that the levels directly below it select by.
  private func keyColumns(below source: Int) -> [Int] {
    var columns: [Int] = []
    for case let link? in sources.map(\.parent) where link.source == source {
      for pair in link.columns where !columns.contains(pair.local) { columns.append(pair.local) }
    }
    return columns
  }
}
