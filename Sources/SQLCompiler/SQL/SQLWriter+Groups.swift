// Rows in groups: `group by`, `having` and the order of groups.
extension SQLWriter {
  /// Writes a select of the groups of a source's rows, those of each parent by themselves.
  ///
  /// `cells` makes the expressions of a group under an alias, and `row` the select list of them.
  mutating func groups(
    _ source: Int,
    _ groups: GroupQuery,
    cells: (inout SQLWriter, String) -> [String],
    row: ([String]) -> String
  ) {
    let rows = sources[source]
    let alias = makeAlias()
    let origin = grouped(source, by: groups.keys, alias: alias)
    let parents =
      rows.parent?.columns.map { column($0.remote, of: rows.table, alias: alias) } ?? []
    let list = cells(&self, alias)
    let order = orderTerms(of: groups, table: rows.table, alias: alias)
    let isNumbered = !parents.isEmpty && groups.isCut
    write("select ")
    let group = isNumbered ? makeAlias() : alias
    if isNumbered {
      let names = list.indices.map { "\(group).c\($0)" }
      write("\(row(names)) from (select ")
      write(list.enumerated().map { "\($0.element) as c\($0.offset), " }.joined())
      write("row_number() over (partition by \(parents.joined(separator: ", "))")
      if !order.isEmpty { write(" order by " + order.joined(separator: ", ")) }
      write(") as n")
    } else {
      write(row(list))
    }
    write(origin + " group by ")
    let keys = parents + groupKeys
    write(keys.isEmpty ? "()" : keys.joined(separator: ", "))
    if groups.condition != .always {
      write(" having ")
      condition(groups.condition, table: rows.table, alias: alias)
    }
    var cut = RowSelection()
    cut.limit = groups.limit
    cut.offset = groups.offset
    if isNumbered {
      write(") as \(group) where ")
      numbers(cut, "\(group).n")
      write(" order by \(group).n")
    } else {
      if !order.isEmpty { write(" order by " + order.joined(separator: ", ")) }
      self.cut(cut)
    }
  }

  /// ` from … where …` of the rows to group; sets ``groupKeys``.
  ///
  /// Keys that are more than columns are made below, once: PostgreSQL would not know the parts of a
  /// key again in the select list where they hold a query.
  private mutating func grouped(_ source: Int, by keys: [GroupKey], alias: String) -> String {
    var rows = sources[source]
    let access = tables[rows.table].access
    if !rows.rows.isCut,
      keys.allSatisfy({
        $0.path.isEmpty && $0.step == nil && access.redactions[$0.column] == nil
      })
    {
      rows.rows.order = []
      groupKeys = keys.map { column($0.column, of: rows.table, alias: alias) }
      return collect { $0.from(rows, alias: alias, joins: "") }
    }
    widerAliases.insert(alias)
    groupKeys = keys.indices.map { "\(alias).\"%g\($0)\"" }
    if keys.contains(where: { !$0.path.isEmpty }) {
      return " from (\(related(source, keys: keys))) as \(alias)"
    }
    let inner = collect {
      $0.select(source, ordered: false) { writer, inner in
        let made = keys.enumerated().map { index, key in
          let value = writer.value(key.column, of: rows.table, alias: inner)
          let type = writer.tables[rows.table].columns[key.column].type
          return "\(writer.value(of: key, over: value, type)) as \"%g\(index)\""
        }
        return (["\(inner).*"] + made).joined(separator: ", ")
      }
    }
    return " from (\(inner)) as \(alias)"
  }

  /// The rows of a source with their keys, some of which are of rows that relationships lead to.
  ///
  /// Those are joined as they are for an order: at most one for each row, and only what the role sees.
  private mutating func related(_ source: Int, keys: [GroupKey]) -> String {
    var rows = sources[source]
    let inner = makeAlias()
    let found = OrderExpressions(
      keys.map { key in
        OrderTerm(
          key: key.path.reversed().reduce(.column(key.column)) {
            .object(relationship: $1, $0)
          },
          direction: .ascending
        )
      },
      table: rows.table,
      alias: inner,
      &self
    )
    let made = zip(keys, found.expressions).enumerated().map { index, key in
      let type = key.0.type(from: rows.table, in: tables)
      return "\(value(of: key.0, over: key.1, type)) as \"%g\(index)\""
    }
    let list = "select " + (["\(inner).*"] + made).joined(separator: ", ")
    guard rows.rows.isCut else {
      rows.rows.order = []
      return list + collect { $0.from(rows, alias: inner, joins: found.joins) }
    }
    let cut = collect { $0.select(source, ordered: false) { "\($1).*" } }
    return "\(list) from (\(cut)) as \(inner)\(found.joins)"
  }

  /// The value of a key over the value of its column, of the column's type.
  private mutating func value(of key: GroupKey, over value: String, _ type: BoundType) -> String {
    let value = inParentheses(value)
    switch key.step {
    case nil: return value
    case .dateUnit(let unit, let zone):
      if let zone {
        let name = collect { $0.parameter(zone, as: "text") }
        return "date_trunc('\(unit.rawValue)', \(value), \(name))"
      }
      return local(value, type) { "date_trunc('\(unit.rawValue)', \($0))" }
    case .interval(let step, let zone):
      let step = collect { $0.parameter(step, as: "interval") }
      if let zone {
        let name = "at time zone " + collect { $0.parameter(zone, as: "text") }
        return "(date_bin(\(step), \(value) \(name), '2001-01-01') \(name))"
      }
      return local(value, type) { "date_bin(\(step), \($0), '2001-01-01')" }
    case .width(let width):
      let number = type.name.hasPrefix("float") ? "double precision" : "numeric"
      let step = collect { $0.parameter(width, as: number) }
      return "(floor(\(value)::\(number) / \(step)) * \(step))::\(type.sqlName)"
    }
  }

  /// What is made of a point in time where no zone is given: without this cast a date would become
  /// a point in the time of the session's zone.
  private func local(_ value: String, _ type: BoundType, _ made: (String) -> String) -> String {
    type.name == "date" ? made(value + "::timestamp") + "::date" : made(value)
  }

  // MARK: - Order

  /// The keys of the order of groups, those of the groups last: an answer stands still.
  private mutating func orderTerms(
    of groups: GroupQuery,
    table: Int,
    alias: String
  ) -> [String] {
    var terms: [String] = []
    var ordered: Set<Int> = []
    for term in groups.order {
      let text: String
      switch term.key {
      case .key(let index):
        ordered.insert(index)
        text = groupKeys[index]
      case .count: text = "count(*)"
      case .aggregate(let function, let column):
        text = "\(function.rawValue)(\(value(column, of: table, alias: alias)))"
      }
      terms.append(text + term.direction.sql)
    }
    for (index, key) in groups.keys.enumerated()
    where !ordered.contains(index) && key.type(from: table, in: tables).hasPlainOrder {
      terms.append(groupKeys[index])
    }
    return terms
  }

  // MARK: - Conditions

  private mutating func condition(_ condition: GroupCondition, table: Int, alias: String) {
    switch condition {
    case .always: write("true")
    case .and(let parts): junction(parts, " and ", empty: "true", table: table, alias: alias)
    case .or(let parts): junction(parts, " or ", empty: "false", table: table, alias: alias)
    case .not(let inner):
      write("not (")
      self.condition(inner, table: table, alias: alias)
      write(")")
    case .aggregate(let aggregate):
      var call = aggregateCall(aggregate, of: table, alias: alias)
      if aggregate.filter != .always {
        call += " filter (where "
        call += collect { $0.predicate(aggregate.filter, table: table, alias: alias) } + ")"
      }
      compare(call, aggregate.comparisons)
    }
  }

  private mutating func junction(
    _ parts: [GroupCondition],
    _ separator: String,
    empty: String,
    table: Int,
    alias: String
  ) {
    if parts.isEmpty { return write(empty) }
    list(parts, separator: separator) { writer, part in
      writer.write("(")
      writer.condition(part, table: table, alias: alias)
      writer.write(")")
    }
  }
}
