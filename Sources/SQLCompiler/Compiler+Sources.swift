extension Compiler {
  /// Adds the rows of a level, in an order that leaves no choice where several statements need it.
  ///
  /// `keys` are the columns that the levels below select by. `isLimited` says that the role's limit
  /// applies, as it does to all lists.
  mutating func addSource(
    _ table: Int,
    _ rows: RowSelection,
    function: FunctionCall? = nil,
    parent: RowSource.Link?,
    keys: [Int],
    isOneRow: Bool = false,
    isShared: Bool = false,
    isLimited: Bool = true,
    capture: RowCapture? = nil
  ) -> Int {
    let access = tables[table].access
    var rows = rows
    if access.filter != .always, capture == nil {
      rows.filter = rows.filter.within(.permission(access.filter))
    }
    if let limit = access.limit, let page = rows.page {
      rows.page?.count = page.count?.limited(to: limit) ?? .literal(limit)
    } else if let limit = access.limit, isLimited, capture == nil {
      rows.limit = rows.limit?.limited(to: limit) ?? .literal(limit)
    }
    // Rows that a function returns stand in the order that it gives them.
    let isMatched = parent?.columns.isEmpty == false
    let keepsOrder =
      function != nil && !isMatched && rows.order.isEmpty && rows.distinctOn.isEmpty
    if rows.isCut && !keepsOrder && (isShared || !keys.isEmpty) {
      makeTotal(&rows, table: table, keys: keys)
    }
    if !rows.distinctOn.isEmpty && rows.order.isEmpty {
      rows.order = rows.distinctOn.map { OrderTerm(key: .column($0), direction: .ascending) }
    }
    sources.append(
      RowSource(
        table: table,
        function: function,
        rows: rows,
        parent: parent,
        capture: capture,
        isBounded: isOneRow || capture != nil || rows.limit != nil || rows.page?.count != nil
          || function != nil
          || (parent.map { sources[$0.source].isBounded } ?? false)
      )
    )
    return sources.count - 1
  }

  /// Appends the table's key to an order, so that equal keys leave no choice.
  ///
  /// Where the table has no key the given columns do: rows that agree in them and in the order lead
  /// to the same rows below, so that any choice among them is the same for the levels below.
  func makeTotal(_ rows: inout RowSelection, table: Int, keys: [Int]) {
    // With ties there is no choice, and a further key would break them.
    guard rows.isCut, !rows.hasTies else { return }
    if rows.order.isEmpty {
      rows.order = rows.distinctOn.map { OrderTerm(key: .column($0), direction: .ascending) }
    }
    var ordered: Set<Int> = []
    for term in rows.order {
      if case .column(let column) = term.key { ordered.insert(column) }
    }
    let table = tables[table]
    // Values that are hidden in some rows are equal there.
    ordered.subtract(table.access.redactions.keys)
    if table.uniqueKeys.contains(where: { ordered.isSuperset(of: $0) }) { return }
    let key = table.uniqueKeys.first ?? table.primaryKey ?? keys
    for column in key where ordered.insert(column).inserted {
      rows.order.append(OrderTerm(key: .tieBreaker(column), direction: .ascending))
    }
  }

  func link(_ source: Int, _ relationship: Int, _ rows: RowSelection) -> RowSource.Link {
    let parent = tables[sources[source].table]
    let relationship = parent.relationships[relationship]
    return RowSource.Link(
      source: source,
      columns: relationship.columns,
      isSelective: isSelective(rows, of: relationship, parent: parent)
    )
  }

  /// How rows that a function makes of a row belong to it.
  func computedLink(_ source: Int) -> RowSource.Link {
    RowSource.Link(source: source, columns: [], isSelective: false)
  }

  /// Whether a limit keeps so few of a parent's rows that numbering all of them would cost more
  /// than a search per parent: by PostgreSQL's own counts, eight times as many rows as the limit.
  private func isSelective(
    _ rows: RowSelection,
    of relationship: BoundRelationship,
    parent: BoundTable
  ) -> Bool {
    guard let limit = rows.limit,
      let parents = parent.estimatedRows,
      let children = tables[relationship.target].estimatedRows
    else { return false }
    let kept: Double =
      switch limit {
      case .literal(let number): Double(number)
      case .parameter: 20
      case .parameterAtMost(_, let number): Double(min(number, 20))
      }
    return children / max(parents, 1) > 8 * max(kept, 1)
  }
}
