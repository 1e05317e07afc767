extension SQLWriter {
  // The columns that rows of a page have beside their own.

  /// The number of the row among all rows, from one.
  static let pageNumber = "\"%n\""
  /// How many rows there are in all.
  static let pageTotal = "\"%c\""
  static let pageCursor = "\"%k\""
  /// Whether the row stands on the side of the bound where the page is.
  private static let side = "\"%s\""
  /// Number and count among the rows on that side.
  private static let sideNumber = "\"%m\""
  private static let sideTotal = "\"%d\""

  /// Writes a select over the rows of a page, of each parent's rows if they have parents.
  mutating func selectPage(
    _ source: RowSource,
    _ page: ConnectionPage,
    ordered: Bool,
    list: (inout SQLWriter, String) -> String
  ) {
    let alias = makeAlias()
    let inner = makeAlias()
    widerAliases.insert(alias)
    let order = OrderExpressions(source.rows.order, table: source.table, alias: inner, &self)
    let parents = (source.parent?.columns ?? []).map {
      column($0.remote, of: source.table, alias: inner)
    }
    func window(_ partition: [String], ordered: Bool) -> String {
      let parts = partition.isEmpty ? [] : ["partition by " + partition.joined(separator: ", ")]
      let orders = ordered ? ["order by " + order.terms.joined(separator: ", ")] : []
      return "over (" + (parts + orders).joined(separator: " ") + ")"
    }
    write("select \(list(&self, alias)) from (select \(inner).*")
    write(", row_number() \(window(parents, ordered: true)) as \(Self.pageNumber)")
    write(", count(*) \(window(parents, ordered: false)) as \(Self.pageTotal)")
    if let bound = page.bound {
      let side = self.side(of: bound, order, source.rows.order)
      write(", \(side) as \(Self.side)")
      write(", row_number() \(window(parents + [side], ordered: true)) as \(Self.sideNumber)")
      write(", count(*) \(window(parents + [side], ordered: false)) as \(Self.sideTotal)")
    }
    let members = zip(page.cursorPaths, order.expressions).map { (path: $0[...], value: $1) }
    write(
      ", translate(encode(convert_to(\(Self.object(members))::text, 'UTF8'), 'base64'), E'\\n', '')"
        + " as \(Self.pageCursor)"
    )
    if source.rows.distinctOn.isEmpty {
      from(source, alias: inner, joins: order.joins)
    } else {
      var distinct = source
      distinct.rows.page = nil
      write(" from (")
      selectDirectly(distinct, ordered: true) { "\($1).*" }
      write(") as \(inner)\(order.joins)")
    }
    write(") as \(alias)")
    let conditions = conditions(of: page, alias: alias)
    if !conditions.isEmpty { write(" where " + conditions.joined(separator: " and ")) }
    if ordered { write(" order by \(alias).\(Self.pageNumber)") }
  }

  private mutating func conditions(of page: ConnectionPage, alias: String) -> [String] {
    var conditions: [String] = []
    let isBound = page.bound != nil
    if isBound { conditions.append("\(alias).\(Self.side)") }
    if let count = page.count {
      let number = "\(alias).\(isBound ? Self.sideNumber : Self.pageNumber)"
      let total = "\(alias).\(isBound ? Self.sideTotal : Self.pageTotal)"
      let count = collect { $0.write(count) }
      conditions.append(
        page.isFromEnd ? "\(number) > \(total) - \(count)" : "\(number) <= \(count)"
      )
    }
    return conditions
  }

  /// The condition that a row comes after the bound in the order, or before it.
  private mutating func side(
    of bound: ConnectionPage.Bound,
    _ order: OrderExpressions,
    _ terms: [OrderTerm]
  ) -> String {
    var alternatives: [String] = []
    var equal: [String] = []
    for (index, value) in bound.values.enumerated() {
      let key = order.expressions[index]
      let operand = collect { $0.parameter(value.slot, as: value.type) }
      let direction = terms[index].direction
      let isAscending = direction.isDescending == bound.isBefore
      let putsNullsLast = direction.putsNullsFirst == bound.isBefore
      let isBeyond = "\(key) \(isAscending ? ">" : "<") \(operand)"
      let isBeyondNull =
        putsNullsLast
        ? "\(key) is null and \(operand) is not null"
        : "\(key) is not null and \(operand) is null"
      let condition = "(coalesce(\(isBeyond), false) or \(isBeyondNull))"
      alternatives.append((equal + [condition]).joined(separator: " and "))
      equal.append("\(key) is not distinct from \(operand)")
    }
    return "(" + alternatives.map { "(\($0))" }.joined(separator: " or ") + ")"
  }

  /// The JSON object with values at paths, in the order in which they first appear.
  private static func object(_ members: [(path: ArraySlice<String>, value: String)]) -> String {
    var names: [String] = []
    for member in members {
      if let name = member.path.first, !names.contains(name) { names.append(name) }
    }
    let parts = names.map { name in
      let own = members.filter { $0.path.first == name }
      let inner = own.filter { $0.path.count > 1 }
        .map { (path: $0.path.dropFirst(), value: $0.value) }
      let value = inner.isEmpty ? own[0].value : object(inner)
      return "\(name.quotedSQLLiteral), \(value)"
    }
    return "json_build_object(\(parts.joined(separator: ", ")))"
  }
}
