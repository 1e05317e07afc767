/// The rows of an aggregate in groups of equal keys, and what is asked of each group.
package struct GroupQuery: Hashable, Sendable {
  /// None makes one group of all rows.
  package var keys: [GroupKey]
  /// Which groups; it sees their aggregates.
  package var condition: GroupCondition
  package var order: [GroupOrderTerm]
  package var limit: RowCount?
  package var offset: RowCount?
  package var items: [GroupItem]

  package init(
    keys: [GroupKey] = [],
    condition: GroupCondition = .always,
    order: [GroupOrderTerm] = [],
    limit: RowCount? = nil,
    offset: RowCount? = nil,
    items: [GroupItem] = []
  ) {
    self.keys = keys
    self.condition = condition
    self.order = order
    self.limit = limit
    self.offset = offset
    self.items = items
  }

  var isCut: Bool { limit != nil || offset != nil }
}

/// What rows of one group agree in: a column, or the step that its value stands on.
package struct GroupKey: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    /// The start of a calendar's unit; the zone says where its days begin.
    case dateUnit(DateUnit, zone: ParameterSlot?)
    /// The start of an interval, counted from a Monday's midnight.
    case interval(ParameterSlot, zone: ParameterSlot?)
    /// The multiple of a number that is next below.
    case width(ParameterSlot)
  }

  /// The object relationships that lead to the row that has the column; none for the table's own.
  ///
  /// Where there is no such row, or the role does not see it, the key is null.
  package var path: [Int]
  package var column: Int
  package var step: Step?

  package init(path: [Int] = [], column: Int, step: Step? = nil) {
    self.path = path
    self.column = column
    self.step = step
  }

  /// The type of its column, from a table on.
  func type(from table: Int, in tables: [BoundTable]) -> BoundType {
    let target = path.reduce(table) { tables[$0].relationships[$1].target }
    return tables[target].columns[column].type
  }
}

/// The units that points in time are cut down to; the raw value is the name in GraphQL and in SQL.
package enum DateUnit: String, CaseIterable, Hashable, Sendable {
  case second, minute, hour, day, week, month, quarter, year
}

/// A condition on the aggregates of a group.
package indirect enum GroupCondition: Hashable, Sendable {
  case always
  case and([GroupCondition])
  case or([GroupCondition])
  case not(GroupCondition)
  case aggregate(AggregatePredicate)
}

/// One key of an order of groups.
package struct GroupOrderTerm: Hashable, Sendable {
  package enum Key: Hashable, Sendable {
    /// By its index among ``GroupQuery/keys``.
    case key(Int)
    case count
    case aggregate(AggregateFunction, column: Int)
  }

  package var key: Key
  package var direction: OrderDirection

  package init(key: Key, direction: OrderDirection) {
    self.key = key
    self.direction = direction
  }
}

/// A member of `<table>_group_by`.
package enum GroupItem: Hashable, Sendable {
  case typename(key: String, name: String)
  case keys(key: String, [GroupKeyField])
  case aggregate(key: String, [AggregateField])
}

/// A member of `<table>_group_by_key_fields`.
package enum GroupKeyField: Hashable, Sendable {
  case typename(key: String, name: String)
  /// By its index among ``GroupQuery/keys``.
  case key(key: String, index: Int)
  /// The keys of a row that a relationship leads to.
  indirect case related(key: String, [GroupKeyField])
  /// A column that is no key.
  case absent(key: String)
}
