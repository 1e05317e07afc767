/// Takes note of how far the values of some columns reach, row by row, and keeps none of the rows.
struct RowGauge {
  fileprivate struct Column {
    let index: Int
    let name: String
    let order: ValueOrder
    /// Nil before the first value, and where one cannot be compared.
    var extent: UnkeptRows.Extent?
    var isUnmeasured = false
  }

  private var columns: [Column]

  /// Columns whose order only PostgreSQL knows are left out.
  init(_ relation: ReplicationMessage.Relation, _ measured: Set<String>) {
    columns = relation.columns.enumerated().compactMap { index, name in
      guard measured.contains(name), let order = ValueOrder(type: relation.types[index]) else {
        return nil
      }
      return Column(index: index, name: name, order: order)
    }
  }

  var rest: UnkeptRows {
    UnkeptRows(
      columns.reduce(into: [:]) { extents, column in extents[column.name] = column.extent }
    )
  }

  mutating func measure(_ row: ReplicationMessage.Row) {
    for place in columns.indices {
      // A NULL is in no order, and so in nobody's way.
      guard columns[place].index < row.values.count,
        let value = row.values[columns[place].index]
      else { continue }
      columns[place].include(value)
    }
  }
}

extension RowGauge.Column {
  fileprivate mutating func include(_ value: [UInt8]) {
    guard !isUnmeasured else { return }
    guard let extent else {
      // Also of the first it has to be known where it stands.
      if order.precedes(value, value) == nil {
        isUnmeasured = true
      } else {
        self.extent = UnkeptRows.Extent(least: value, greatest: value)
      }
      return
    }
    guard let isLeast = order.precedes(value, extent.least),
      let isGreatest = order.precedes(extent.greatest, value)
    else {
      self.extent = nil
      isUnmeasured = true
      return
    }
    if isLeast { self.extent?.least = value }
    if isGreatest { self.extent?.greatest = value }
  }
}
