extension SQLWriter {
  /// The number of a row among its parent's rows.
  private static let number = "\"%n\""

  /// Writes a select over the rows of a source; `list` makes the select list for an alias.
  mutating func select(_ source: Int, ordered: Bool, list: (inout SQLWriter, String) -> String) {
    let rows = sources[source]
    if let page = rows.rows.page {
      selectPage(rows, page, ordered: ordered, list: list)
    } else if rows.isComputed, let call = rows.function, let parent = rows.parent {
      selectComputed(rows, call, parent, list: list)
    } else if rows.parent != nil && rows.rows.isCut {
      selectCutByParent(rows, ordered: ordered, list: list)
    } else {
      selectDirectly(rows, ordered: ordered, list: list)
    }
  }

  /// Writes a select of aggregates over the rows of a source, by their parent's key if they have one.
  mutating func aggregate(_ source: Int, list: (inout SQLWriter, String) -> String) {
    let rows = sources[source]
    let alias: String
    if rows.rows.isCut {
      alias = makeAlias()
      let inner = collect { $0.select(source, ordered: false) { "\($1).*" } }
      let list = list(&self, alias)
      write("select \(list) from (\(inner)) as \(alias)")
    } else {
      var plain = rows
      plain.rows.order = []
      var used = ""
      selectDirectly(plain, ordered: false) {
        used = $1
        return list(&$0, $1)
      }
      alias = used
    }
    guard let parent = rows.parent else { return }
    write(" group by ")
    self.list(parent.columns) { $0.write($0.column($1.remote, of: rows.table, alias: alias)) }
  }

  mutating func selectDirectly(
    _ source: RowSource,
    ordered: Bool,
    list: (inout SQLWriter, String) -> String
  ) {
    let rows = source.rows
    let alias = makeAlias()
    // Of one parent all rows have the same key, which neither parts nor orders them.
    let keys = rows.isCut && !isBesideItsParent(source) ? source.parent?.columns ?? [] : []
    let order = OrderExpressions(
      ordered || rows.isCut ? rows.order : [],
      table: source.table,
      alias: alias,
      &self
    )
    let keyColumns = keys.map { column($0.remote, of: source.table, alias: alias) }
    write("select ")
    if !rows.distinctOn.isEmpty {
      let columns = rows.distinctOn.map { value($0, of: source.table, alias: alias) }
      write("distinct on (\((keyColumns + columns).joined(separator: ", "))) ")
    }
    write(list(&self, alias))
    let terms = keyColumns + order.terms
    if ordered, let key = pagingKey(of: source) {
      fromPage(source, key, alias: alias)
      return write(" order by " + terms.joined(separator: ", "))
    }
    from(source, alias: alias, joins: order.joins)
    if !terms.isEmpty { write(" order by " + terms.joined(separator: ", ")) }
    cut(rows)
  }

  mutating func cut(_ rows: RowSelection) {
    if let limit = rows.limit, rows.hasTies {
      write(" fetch first (")
      write(limit)
      write(") rows with ties")
    } else if let limit = rows.limit {
      write(" limit ")
      write(limit)
    }
    if let offset = rows.offset {
      write(" offset ")
      write(offset)
    }
  }

  /// Writes ` from … where …`.
  mutating func from(_ source: RowSource, alias: String, joins: String) {
    write(" from ")
    var hasCondition = source.parent != nil
    if let function = source.function {
      let isConditional = rows(of: function, alias: alias, joins: joins)
      if hasCondition { write(isConditional ? " and " : " where ") }
      hasCondition = hasCondition || isConditional
    } else {
      let rows = source.capture.map { self.rows(of: $0) } ?? tables[source.table].sqlName
      write("\(rows) as \(alias)\(joins)")
      if hasCondition { write(" where ") }
    }
    if let parent = source.parent { membership(parent, table: source.table, alias: alias) }
    let filter = source.rows.filter
    guard filter != .always else { return }
    write(hasCondition ? " and (" : " where ")
    predicate(filter, table: source.table, alias: alias)
    if hasCondition { write(")") }
  }

  /// Writes a call as a table of a `from`; returns whether a condition follows it.
  private mutating func rows(of function: FunctionCall, alias: String, joins: String) -> Bool {
    if function == commonFunction { write("f") } else { call(function) }
    write(" as \(alias)\(joins)")
    guard !function.returnsSet else { return false }
    // A function that returns NULL for a row gives one row of nulls, which is none.
    write(" where not (\(alias).* is null)")
    return true
  }

  /// Writes the condition that a row's key is among those of the parent's rows.
  private mutating func membership(_ parent: RowSource.Link, table: Int, alias: String) {
    let own = parent.columns.map { column($0.remote, of: table, alias: alias) }
    if let common, common.isOneRow, common.source == parent.source {
      let keys = commonKeys(of: parent, common.keys)
      return write(zip(own, keys).map { "\($0) = \($1)" }.joined(separator: " and "))
    }
    if own.count == 1 {
      // An array of keys makes the planner use an index where it would join whole tables.
      let isArray = sources[parent.source].isBounded
      write(own[0] + (isArray ? " = any(array(" : " in ("))
      keys(parent)
      write(isArray ? "))" : ")")
    } else {
      write("(\(own.joined(separator: ", "))) in (")
      keys(parent)
      write(")")
    }
  }

  /// Writes a select of the keys of the parent's rows.
  private mutating func keys(_ parent: RowSource.Link) {
    if let common, common.source == parent.source {
      let keys = commonKeys(of: parent, common.keys).joined(separator: ", ")
      return write("select \(keys)" + (common.isOneRow ? "" : " from p"))
    }
    let table = sources[parent.source].table
    select(parent.source, ordered: false) { writer, alias in
      parent.columns.map { writer.column($0.local, of: table, alias: alias) }
        .joined(separator: ", ")
    }
  }

  /// Whether the rows belong to one row, which stands beside what is being written.
  private func isBesideItsParent(_ source: RowSource) -> Bool {
    guard let common, let parent = source.parent else { return false }
    return common.isOneRow && common.source == parent.source
  }

  private func commonKeys(of parent: RowSource.Link, _ keys: [Int]) -> [String] {
    parent.columns.compactMap { keys.firstIndex(of: $0.local) }.map { "p.k\($0)" }
  }

  // MARK: - Limits and distinct rows of each parent

  private mutating func selectCutByParent(
    _ source: RowSource,
    ordered: Bool,
    list: (inout SQLWriter, String) -> String
  ) {
    guard let parent = source.parent else { return }
    if isBesideItsParent(source) { return selectDirectly(source, ordered: ordered, list: list) }
    if source.rows.limit == nil && source.rows.offset == nil {
      // Distinct rows of all parents at once: the parent's key is the first of what is distinct.
      return selectDirectly(source, ordered: ordered, list: list)
    }
    if parent.isSelective {
      selectLaterally(source, parent, list: list)
    } else {
      selectNumbered(source, parent, ordered: ordered, list: list)
    }
  }

  /// Numbers each parent's rows and keeps those within its limit.
  private mutating func selectNumbered(
    _ source: RowSource,
    _ parent: RowSource.Link,
    ordered: Bool,
    list: (inout SQLWriter, String) -> String
  ) {
    let alias = makeAlias()
    let inner = makeAlias()
    widerAliases.insert(alias)
    let order = OrderExpressions(source.rows.order, table: source.table, alias: inner, &self)
    write("select \(list(&self, alias)) from (select \(inner).*, row_number() over (partition by ")
    self.list(parent.columns) { $0.write($0.column($1.remote, of: source.table, alias: inner)) }
    if !order.terms.isEmpty { write(" order by " + order.terms.joined(separator: ", ")) }
    write(") as \(Self.number)")
    if source.rows.distinctOn.isEmpty {
      from(source, alias: inner, joins: order.joins)
    } else {
      var distinct = source
      distinct.rows.limit = nil
      distinct.rows.offset = nil
      write(" from (")
      selectDirectly(distinct, ordered: true) { "\($1).*" }
      write(") as \(inner)\(order.joins)")
    }
    write(") as \(alias) where ")
    numbers(source.rows, alias + "." + Self.number)
    if ordered { write(" order by \(alias).\(Self.number)") }
  }

  /// Writes the condition that a number is within the limit and offset.
  mutating func numbers(_ rows: RowSelection, _ number: String) {
    if let offset = rows.offset {
      write(number + " > ")
      write(offset)
    }
    guard let limit = rows.limit else { return }
    if rows.offset != nil { write(" and ") }
    write(number + " <= ")
    if let offset = rows.offset {
      write(offset)
      write(" + ")
    }
    write(limit)
  }

  /// Fetches each parent's rows by itself, as an index on the key and the order makes cheap.
  private mutating func selectLaterally(
    _ source: RowSource,
    _ parent: RowSource.Link,
    list: (inout SQLWriter, String) -> String
  ) {
    let alias = makeAlias()
    let keys = makeAlias()
    let inner = makeAlias()
    write("select \(list(&self, alias)) from (select distinct * from (")
    let parentTable = sources[parent.source].table
    select(parent.source, ordered: false) { writer, parentAlias in
      parent.columns.enumerated()
        .map { "\(writer.column($1.local, of: parentTable, alias: parentAlias)) as k\($0)" }
        .joined(separator: ", ")
    }
    write(") as \(makeAlias())) as \(keys) cross join lateral (select ")
    let order = OrderExpressions(source.rows.order, table: source.table, alias: inner, &self)
    if !source.rows.distinctOn.isEmpty {
      let columns = source.rows.distinctOn.map { value($0, of: source.table, alias: inner) }
      write("distinct on (\(columns.joined(separator: ", "))) ")
    }
    write("\(inner).* from \(tables[source.table].sqlName) as \(inner)\(order.joins) where ")
    self.list(parent.columns.enumerated(), separator: " and ") { writer, pair in
      writer.write(writer.column(pair.element.remote, of: source.table, alias: inner))
      writer.write(" = \(keys).k\(pair.offset)")
    }
    if source.rows.filter != .always {
      write(" and (")
      predicate(source.rows.filter, table: source.table, alias: inner)
      write(")")
    }
    if !order.terms.isEmpty { write(" order by " + order.terms.joined(separator: ", ")) }
    cut(source.rows)
    write(") as \(alias)")
  }
}
