extension SQLWriter {
  /// Writes a condition on the rows of a table that stands in the statement under an alias.
  mutating func predicate(_ predicate: Predicate, table: Int, alias: String) {
    switch predicate {
    case .always: write("true")
    case .never: write("false")
    case .and(let parts): junction(parts, " and ", empty: "true", table: table, alias: alias)
    case .or(let parts): junction(parts, " or ", empty: "false", table: table, alias: alias)
    case .not(let inner):
      write("not (")
      self.predicate(inner, table: table, alias: alias)
      write(")")
    case .comparison(let column, let comparison, let slot):
      let column = tables[table].columns[column]
      compare(alias + "." + column.sqlName, column.type, comparison, slot)
    case .castComparison(let column, let type, let comparison, let slot):
      let text = BoundType(oid: 25, name: type, sqlName: type, encoding: .string)
      compare("\(self.column(column, of: table, alias: alias))::\(type)", text, comparison, slot)
    case .isNull(let column, let isNull):
      write(self.column(column, of: table, alias: alias))
      write(isNull ? " is null" : " is not null")
    case .related(let relationship, let inner):
      write("exists (select 1")
      related(tables[table].relationships[relationship], of: table, alias: alias, where: inner)
      write(")")
    case .aggregate(let relationship, let aggregate):
      self.aggregate(aggregate, tables[table].relationships[relationship], table, alias)
    }
  }

  private mutating func junction(
    _ parts: [Predicate],
    _ separator: String,
    empty: String,
    table: Int,
    alias: String
  ) {
    if parts.isEmpty { return write(empty) }
    list(parts, separator: separator) { writer, part in
      writer.write("(")
      writer.predicate(part, table: table, alias: alias)
      writer.write(")")
    }
  }

  /// Writes ` from … where …`: the rows that a relationship leads to and a condition holds for.
  ///
  /// Returns the alias of their table.
  @discardableResult
  mutating func related(
    _ relationship: BoundRelationship,
    of table: Int,
    alias: String,
    where condition: Predicate
  ) -> String {
    let other = makeAlias()
    write(" from \(tables[relationship.target].sqlName) as \(other) where ")
    joinCondition(relationship, of: table, alias: alias, other: other)
    if condition != .always {
      write(" and (")
      predicate(condition, table: relationship.target, alias: other)
      write(")")
    }
    return other
  }

  /// Writes the equality of a relationship's columns.
  mutating func joinCondition(
    _ relationship: BoundRelationship,
    of table: Int,
    alias: String,
    other: String
  ) {
    list(relationship.columns, separator: " and ") { writer, pair in
      writer.write(writer.column(pair.remote, of: relationship.target, alias: other))
      writer.write(" = ")
      writer.write(writer.column(pair.local, of: table, alias: alias))
    }
  }

  /// Writes `(select … from …)`, true where the aggregate's comparisons hold.
  private mutating func aggregate(
    _ aggregate: AggregatePredicate,
    _ relationship: BoundRelationship,
    _ table: Int,
    _ alias: String
  ) {
    // The select list names the related table's alias, which `related` hands out next.
    let other = nextAlias
    let columns = aggregate.columns.map { column($0, of: relationship.target, alias: other) }
    let call = aggregateCall(aggregate.function, columns, isDistinct: aggregate.isDistinct)
    write("(select ")
    if aggregate.comparisons.isEmpty { write("true") }
    list(aggregate.comparisons, separator: " and ") { writer, comparison in
      switch comparison.operand {
      case .isNull(let isNull): writer.write(call + (isNull ? " is null" : " is not null"))
      case .value(let comparisonOperator, let slot):
        let type = BoundType(
          oid: 0,
          name: comparison.type,
          sqlName: comparison.type,
          encoding: .number
        )
        writer.compare(call, type, comparisonOperator, slot)
      }
    }
    related(relationship, of: table, alias: alias, where: aggregate.filter)
    write(")")
  }

  private func aggregateCall(
    _ function: PredicateFunction,
    _ columns: [String],
    isDistinct: Bool
  ) -> String {
    guard !columns.isEmpty else { return "count(*)" }
    let arguments = columns.joined(separator: ", ")
    // count((a, b)) counts rows, count((a)) the values of a.
    let isRow = function == .count && columns.count > 1
    return "\(function.rawValue)(\(isDistinct ? "distinct " : "")"
      + (isRow ? "(\(arguments))" : arguments) + ")"
  }
}
