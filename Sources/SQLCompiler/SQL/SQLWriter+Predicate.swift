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
      let wasNegated = isNegated
      isNegated = true
      self.predicate(inner, table: table, alias: alias)
      isNegated = wasNegated
      write(")")
    case .comparison(let column, let comparison, let slot):
      let type = tables[table].columns[column].type
      onValue(column, of: table, alias: alias, mayFail: comparison.mayFail) {
        $0.compare($1, type, comparison, slot)
      }
    case .castComparison(let column, let type, let comparison, let slot):
      let text = BoundType(oid: 25, name: type, sqlName: type, encoding: .string)
      onValue(column, of: table, alias: alias, mayFail: comparison.mayFail) {
        $0.compare("\($1)::\(type)", text, comparison, slot)
      }
    case .isNull(let column, let isNull):
      write(inParentheses(value(column, of: table, alias: alias)))
      write(isNull ? " is null" : " is not null")
    case .compared(let comparison): compare(comparison, table: table, alias: alias)
    case .isNullValue(let value, let isNull):
      write("(\(expression(value, table: table, alias: alias).text))")
      write(isNull ? " is null" : " is not null")
    case .relatedByFunction(let call, let target, let inner):
      let other = makeAlias()
      write("exists (select 1")
      related(call, target, of: table, alias: alias, as: other, where: inner)
      write(")")
    case .permission(let inner): permission(inner, table: table, alias: alias)
    case .guarded(let inner, let permission):
      write("case when ")
      self.predicate(permission, table: table, alias: alias)
      write(" then ")
      self.predicate(inner, table: table, alias: alias)
      write(" end")
    case .keys(let columns, let slots):
      let names = columns.map { column($0, of: table, alias: alias) }
      write("(\(names.joined(separator: ", "))) in (select * from unnest(")
      list(zip(columns, slots)) {
        $0.parameter($1.1, as: $0.tables[table].columns[$1.0].type.arraySQLName)
      }
      write("))")
    case .columnComparison(let column, let comparison, let operand):
      compare(column, comparison, operand, table: table, alias: alias)
    case .exists(let other, let inner):
      let row = makeAlias()
      write("exists (select 1 from \(tables[other].sqlName) as \(row) where ")
      if !isInPermission {
        write("(")
        permission(tables[other].access.filter, table: other, alias: row)
        write(") and ")
      }
      self.predicate(inner, table: other, alias: row)
      write(")")
    case .related(let relationship, let inner):
      let other = makeAlias()
      write("exists (select 1")
      related(
        tables[table].relationships[relationship],
        of: table,
        alias: alias,
        as: other,
        where: inner
      )
      write(")")
    case .aggregate(let relationship, let aggregate):
      self.aggregate(aggregate, tables[table].relationships[relationship], table, alias)
    }
  }

  /// Writes a condition on a column's value, which does not hold where the role does not see it.
  private mutating func onValue(
    _ column: Int,
    of table: Int,
    alias: String,
    mayFail: Bool,
    _ condition: (inout SQLWriter, String) -> Void
  ) {
    // Beside the test the column itself can be compared, which an index may serve; under a `not` the
    // two are not the same.
    if !isInPermission, !isNegated, !mayFail, let test = tables[table].access.redactions[column] {
      write("(")
      permission(test, table: table, alias: alias)
      write(") and ")
      return condition(&self, self.column(column, of: table, alias: alias))
    }
    condition(&self, inParentheses(value(column, of: table, alias: alias)))
  }

  /// Writes a comparison with another column, itself of the row or of rows that a path leads to.
  private mutating func compare(
    _ column: Int,
    _ comparison: ComparisonOperator,
    _ operand: ColumnOperand,
    table: Int,
    alias: String
  ) {
    let name = self.column(column, of: table, alias: alias)
    switch operand {
    case .own(let path, let other):
      compare(name, comparison, other, along: path[...], table: table, alias: alias)
    case .root(let path, let other):
      let root = permissionRows.last ?? (table, alias)
      compare(name, comparison, other, along: path[...], table: root.table, alias: root.alias)
    }
  }

  private mutating func compare(
    _ name: String,
    _ comparison: ComparisonOperator,
    _ column: Int,
    along path: ArraySlice<Int>,
    table: Int,
    alias: String
  ) {
    guard let step = path.first else {
      return write("\(name) \(comparison.sql) \(self.column(column, of: table, alias: alias))")
    }
    let relationship = tables[table].relationships[step]
    let other = makeAlias()
    write("exists (select 1 from \(tables[relationship.target].sqlName) as \(other) where ")
    joinCondition(relationship, of: table, alias: alias, other: other)
    write(" and (")
    compare(
      name,
      comparison,
      column,
      along: path.dropFirst(),
      table: relationship.target,
      alias: other
    )
    write("))")
  }

  func inParentheses(_ value: String) -> String {
    value.hasPrefix("case ") ? "(\(value))" : value
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

  /// Writes ` from … where …`: the rows that a relationship leads to, that the role may read and that
  /// a condition holds for.
  mutating func related(
    _ relationship: BoundRelationship,
    of table: Int,
    alias: String,
    as other: String,
    where condition: Predicate
  ) {
    write(" from \(rows(of: relationship, from: table)) as \(other) where ")
    joinCondition(relationship, of: table, alias: alias, other: other)
    let condition = condition.within(seen(relationship.target))
    guard condition != .always else { return }
    write(" and (")
    predicate(condition, table: relationship.target, alias: other)
    write(")")
  }

  /// The rows of a table that the role may read; in a permission, all.
  func seen(_ table: Int) -> Predicate {
    let filter = tables[table].access.filter
    return isInPermission || filter == .always ? .always : .permission(filter)
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
    let other = makeAlias()
    let call = aggregateCall(aggregate, of: relationship.target, alias: other)
    write("(select ")
    compare(call, aggregate.comparisons)
    related(relationship, of: table, alias: alias, as: other, where: aggregate.filter)
    write(")")
  }

  /// Writes the comparisons of an aggregate's value, all of which have to hold.
  mutating func compare(_ call: String, _ comparisons: [AggregatePredicate.Comparison]) {
    if comparisons.isEmpty { write("true") }
    list(comparisons, separator: " and ") { writer, comparison in
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
  }

  /// The call of an aggregate over columns of a table; amounts of money count as numbers.
  mutating func aggregateCall(
    _ aggregate: AggregatePredicate,
    of table: Int,
    alias: String
  ) -> String {
    guard !aggregate.columns.isEmpty else { return "count(*)" }
    var columns: [String] = []
    for column in aggregate.columns {
      let value = value(column, of: table, alias: alias)
      let isMoney =
        aggregate.function != .count && tables[table].columns[column].type.name == "money"
      columns.append(isMoney ? inParentheses(value) + "::numeric" : value)
    }
    let arguments = columns.joined(separator: ", ")
    // count((a, b)) counts rows, count((a)) the values of a.
    let isRow = aggregate.function == .count && columns.count > 1
    return "\(aggregate.function.rawValue)(\(aggregate.isDistinct ? "distinct " : "")"
      + (isRow ? "(\(arguments))" : arguments) + ")"
  }
}
