/// What an update does to rows that belong to those that it found, through one of their relationships.
package struct RelatedWrite: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    /// Of those that belong to a row, and that the condition holds for.
    case delete(Predicate)
    case update(UpdateRows)
    /// Rows that take the relationship's columns from the one row that was found.
    case insert(InsertRows)
  }

  package var relationship: Int
  package var action: Action
  /// The place that errors of PostgreSQL are told of.
  package var path: String

  package init(relationship: Int, action: Action, path: String) {
    self.relationship = relationship
    self.action = action
    self.path = path
  }

  var isInsert: Bool { if case .insert = action { true } else { false } }
}

/// The rows that others have to belong to: a statement before has kept them.
struct ParentRows: Hashable {
  var capture: RowCapture
  var columns: [BoundRelationship.ColumnPair]
}

extension SQLWriter {
  /// Writes the condition that a row belongs to one of those that were kept.
  mutating func membership(_ parents: ParentRows, table: Int, alias: String) {
    let row = makeAlias()
    let own = parents.columns.map { column($0.remote, of: table, alias: alias) }
    let theirs = parents.columns.map { column($0.local, of: parents.capture.table, alias: row) }
    write("(\(own.joined(separator: ", "))) in (select \(theirs.joined(separator: ", ")) from ")
    write(rows(of: parents.capture) + " as \(row))")
  }
}

extension Compiler {
  /// Changes rows, and then what belongs to them; returns where the numbers of rows are.
  ///
  /// Rows that are not changed themselves are locked, so that they stay what the statements below
  /// take them for.
  mutating func update(
    _ update: UpdateRows,
    of table: Int,
    under parents: ParentRows? = nil,
    depth: Int = 0,
    keeping capture: RowCapture? = nil,
    noRow: WriteRefusal?,
    path: String
  ) -> [RowCountSource] {
    let rows = RowCapture(setting: "apus.u\(depth)", table: table, form: .rows)
    let row = RowCapture(setting: "apus.o\(depth)", table: table, form: .row)
    var captures = [capture].compactMap { $0 }
    var refusal = noRow
    let insert = update.related.first(where: \.isInsert)
    if !update.related.isEmpty { captures.append(rows) }
    if let insert {
      captures.append(row)
      let relationship = tables[table].relationships[insert.relationship].name
      refusal =
        refusal
        ?? WriteRefusal(
          .missingRow(
            "cannot insert through relationship \"\(relationship)\" since the update does not find "
              + "exactly one row of table \"\(tables[table].name)\""
          ),
          path: insert.path
        )
    }
    let count = run(
      SingleStatement(update, of: table, under: parents),
      keeping: captures,
      noRow: refusal,
      demandsOneRow: insert != nil,
      path: path
    )
    var counts = update.changes.isEmpty ? [] : [count]
    for related in update.related {
      let relationship = tables[table].relationships[related.relationship]
      let parents = ParentRows(capture: rows, columns: relationship.columns)
      switch related.action {
      case .delete(let filter):
        let statement = SingleStatement(deleting: filter, from: relationship.target, under: parents)
        counts.append(run(statement, keeping: [], noRow: nil, path: related.path))
      case .update(let inner):
        counts += self.update(
          inner,
          of: relationship.target,
          under: parents,
          depth: depth + 1,
          noRow: nil,
          path: related.path
        )
      case .insert(let inserted):
        let common = relationship.columns
          .map { (column: $0.remote, source: ColumnSource.captured(row, column: $0.local)) }
        counts += self.insert(inserted, common: common, depth: 0, keeping: nil)
      }
    }
    return counts
  }
}
