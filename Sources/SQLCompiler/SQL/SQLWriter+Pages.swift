extension SQLWriter {
  /// The primary key, where a selection pages along it, by conditions on it at most: few rows behind an
  /// offset.
  func pagingKey(of source: RowSource) -> [Int]? {
    let rows = source.rows
    guard source.function == nil, rows.offset != nil, rows.isSmall, rows.distinctOn.isEmpty,
      tables[source.table].access.redactions.isEmpty, source.parent == nil, !rows.order.isEmpty,
      let key = tables[source.table].primaryKey, rows.filter.isOver(key)
    else { return nil }
    let isAlongKey = rows.order.allSatisfy { term in
      switch term.key {
      case .column(let column), .tieBreaker(let column): key.contains(column)
      default: false
      }
    }
    return isAlongKey ? key : nil
  }

  /// Writes ` from …`, the keys of the page joined with their rows.
  ///
  /// The rows that the offset skips are then counted in the index alone.
  mutating func fromPage(_ source: RowSource, _ key: [Int], alias: String) {
    let inner = makeAlias()
    let page = makeAlias()
    let name = tables[source.table].sqlName
    let order = OrderExpressions(source.rows.order, table: source.table, alias: inner, &self)
    write(" from (select ")
    list(key) { $0.write($0.column($1, of: source.table, alias: inner)) }
    write(" from \(name) as \(inner)")
    if source.rows.filter != .always {
      write(" where ")
      predicate(source.rows.filter, table: source.table, alias: inner)
    }
    write(" order by " + order.terms.joined(separator: ", "))
    cut(source.rows)
    write(") as \(page) join \(name) as \(alias) on ")
    list(key, separator: " and ") {
      $0.write($0.column($1, of: source.table, alias: alias) + " = ")
      $0.write($0.column($1, of: source.table, alias: page))
    }
  }
}

extension Predicate {
  /// Whether nothing but values of some columns of the row decides.
  fileprivate func isOver(_ columns: [Int]) -> Bool {
    switch self {
    case .always, .never: true
    case .and(let parts), .or(let parts): parts.allSatisfy { $0.isOver(columns) }
    case .not(let inner), .permission(let inner): inner.isOver(columns)
    case .comparison(let column, _, _), .isNull(let column, _): columns.contains(column)
    default: false
    }
  }
}
