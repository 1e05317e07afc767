// Calls of functions: root fields, computed fields and what compares them.
extension SQLWriter {
  /// Writes `"schema"."name"(arguments)`; `row` is the row that a computed field's function gets.
  mutating func call(_ call: FunctionCall, row: String = "") {
    if let code = call.code { return self.code(code, call.arguments) }
    write(call.sqlName + "(")
    list(call.arguments) { writer, argument in
      if let name = argument.name { writer.write(name.quotedSQLIdentifier + " => ") }
      writer.write(argument.value, row: row)
    }
    write(")")
  }

  private mutating func write(_ value: FunctionCall.Value, row: String = "") {
    switch value {
    case .row: write(row)
    case .slot(let slot, let type): parameter(slot, as: type.castName)
    case .null(let type): write("null::" + type.castName)
    }
  }

  /// What a relationship of a table leads to, for a `from`: a table's name, or a native query that is
  /// given nothing.
  func rows(of relationship: BoundRelationship, from table: Int) -> String {
    guard let query = relationship.query else { return tables[relationship.target].sqlName }
    var writer = self
    return writer.collect { $0.call(tables[table].queries[query].callWithoutArguments) }
  }

  /// Writes a query in parentheses; the line feed ends a comment that it may end with.
  private mutating func code(
    _ parts: [FunctionCall.CodePart],
    _ arguments: [FunctionCall.Argument]
  ) {
    // Who looks for what a statement reads cannot tell it from this text, no more than of a function.
    write("(/* \"native\".\"query\"() */ ")
    for part in parts {
      switch part {
      case .text(let text): write(text)
      case .argument(let index): write(arguments[index].value)
      }
    }
    write("\n)")
  }

  /// The whole row under an alias, for a function that takes rows of the table.
  func row(of table: Int, alias: String) -> String {
    // The star, since the alias alone would be taken for a column of that name.
    guard widerAliases.contains(alias) else { return alias + ".*" }
    let columns = tables[table].columns.map { alias + "." + $0.sqlName }
    return "row(\(columns.joined(separator: ", ")))::\(tables[table].sqlName)"
  }

  /// The value of a computed field as far as the role sees it.
  mutating func value(_ computed: ComputedValue, of table: Int, alias: String) -> String {
    let row = row(of: table, alias: alias)
    let value = collect { $0.call(computed.call, row: row) }
    guard !isInPermission,
      let condition = tables[table].access.computedRedactions[computed.field]
    else { return value }
    let test = collect { $0.permission(condition, table: table, alias: alias) }
    return "case when \(test) then \(value) end"
  }

  /// Writes ` from … where …`: the rows that a function makes of a row, that the role may read and
  /// that a condition holds for.
  mutating func related(
    _ call: FunctionCall,
    _ target: Int,
    of table: Int,
    alias: String,
    as other: String,
    where condition: Predicate
  ) {
    write(" from ")
    self.call(call, row: row(of: table, alias: alias))
    write(" as \(other)")
    let condition = condition.within(seen(target))
    var conditions: [String] = []
    if !call.returnsSet { conditions.append("not (\(other).* is null)") }
    if condition != .always {
      conditions.append(collect { $0.predicate(condition, table: target, alias: other) })
    }
    guard !conditions.isEmpty else { return }
    write(" where " + conditions.map { "(\($0))" }.joined(separator: " and "))
  }

  // MARK: - Comparisons

  /// What is compared, as an expression with its type.
  mutating func expression(
    _ value: Comparison.Value,
    table: Int,
    alias: String
  ) -> (text: String, type: BoundType) {
    switch value {
    case .column(let column):
      let text = inParentheses(self.value(column, of: table, alias: alias))
      return (text, tables[table].columns[column].type)
    case .computed(let computed):
      let text = inParentheses(self.value(computed, of: table, alias: alias))
      return (text, tables[table].computedFields[computed.field].type)
    case .cast(let inner, let type):
      return (expression(inner, table: table, alias: alias).text + "::" + type.sqlName, type)
    }
  }

  mutating func compare(_ comparison: Comparison, table: Int, alias: String) {
    let (text, type) = expression(comparison.value, table: table, alias: alias)
    let operation = comparison.comparison
    guard operation.operandNames(of: type) != nil else {
      guard let slot = comparison.operands.first ?? nil else { return write("true") }
      return compare(text, type, operation, slot)
    }
    let operands = comparison.operands.enumerated().map { index, slot -> String? in
      guard let slot else { return nil }
      let operand = operation.operandType(index, of: type) ?? type
      return collect { $0.parameter(slot, as: operand.castName) }
    }
    write(type.qualifier)
    switch operation {
    case .stIntersectsBandAndGeometry, .stIntersectsGeometryAndBand:
      let (band, geometry) = (operands[0], operands[1] ?? "null")
      // Without a band the raster's first is meant, as PostGIS does.
      let list =
        operation == .stIntersectsBandAndGeometry
        ? [text, band ?? "null", geometry] : [text, geometry, band].compactMap { $0 }
      write("st_intersects(\(list.joined(separator: ", ")))")
    default:
      let list = [text, operands[1] ?? "null", operands[0] ?? "null"]
      let more = operands.count > 2 ? [operands[2] ?? "true"] : []
      write(operation == .st3DDWithin ? "st_3ddwithin(" : "st_dwithin(")
      write((list + more).joined(separator: ", ") + ")")
    }
  }
}
