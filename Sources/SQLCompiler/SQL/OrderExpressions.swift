/// The keys of an order as SQL expressions, and the joins that they need.
///
/// Keys of one related row share one join.
struct OrderExpressions {
  private(set) var joins = ""
  private(set) var terms: [String] = []
  /// The keys without their direction.
  private(set) var expressions: [String] = []
  private var aliases: [String: String] = [:]

  /// Expressions over a table that stands in the writer's statement under an alias.
  init(_ order: [OrderTerm], table: Int, alias: String, _ writer: inout SQLWriter) {
    for term in order {
      let expression = key(term.key, table: table, alias: alias, &writer)
      expressions.append(expression)
      terms.append(expression + term.direction.sql)
    }
  }

  private mutating func key(
    _ key: OrderKey,
    table: Int,
    alias: String,
    _ writer: inout SQLWriter
  ) -> String {
    switch key {
    case .column(let column): return writer.value(column, of: table, alias: alias)
    case .tieBreaker(let column): return writer.column(column, of: table, alias: alias)
    case .object(let index, let inner):
      let relationship = writer.tables[table].relationships[index]
      let path = "\(alias).\(index)"
      let other: String
      if let known = aliases[path] {
        other = known
      } else {
        other = join(relationship, table: table, alias: alias, &writer)
        aliases[path] = other
      }
      return self.key(inner, table: relationship.target, alias: other, &writer)
    case .count(let index):
      return aggregate(index, table: table, alias: alias, &writer) { _, _ in "count(*)" }
    case .aggregate(let index, let function, let column):
      let target = writer.tables[table].relationships[index].target
      return aggregate(index, table: table, alias: alias, &writer) { writer, other in
        "\(function.rawValue)(\(writer.value(column, of: target, alias: other)))"
      }
    case .computed(let value): return writer.value(value, of: table, alias: alias)
    case .computedCount(let call, let target):
      return aggregate(call, target, of: table, alias: alias, &writer) { _, _ in "count(*)" }
    case .computedAggregate(let call, let target, let function, let column):
      return aggregate(call, target, of: table, alias: alias, &writer) { writer, other in
        "\(function.rawValue)(\(writer.value(column, of: target, alias: other)))"
      }
    }
  }

  /// An aggregate over the rows that a function makes of the row.
  private func aggregate(
    _ call: FunctionCall,
    _ target: Int,
    of table: Int,
    alias: String,
    _ writer: inout SQLWriter,
    aggregate: (inout SQLWriter, String) -> String
  ) -> String {
    writer.collect {
      let other = $0.makeAlias()
      $0.write("(select \(aggregate(&$0, other))")
      $0.related(call, target, of: table, alias: alias, as: other, where: .always)
      $0.write(")")
    }
  }

  /// Joins the row of an object relationship; where there may be several, one of them.
  private mutating func join(
    _ relationship: BoundRelationship,
    table: Int,
    alias: String,
    _ writer: inout SQLWriter
  ) -> String {
    let name = writer.rows(of: relationship, from: table)
    let filter = writer.tables[relationship.target].access.filter
    func condition(_ other: String) -> String {
      writer.collect {
        $0.joinCondition(relationship, of: table, alias: alias, other: other)
        guard filter != .always else { return }
        $0.write(" and (")
        $0.permission(filter, table: relationship.target, alias: other)
        $0.write(")")
      }
    }
    if relationship.targetIsUnique {
      let other = writer.makeAlias()
      joins += " left join \(name) as \(other) on " + condition(other)
      return other
    }
    let inner = writer.makeAlias()
    let other = writer.makeAlias()
    joins += " left join lateral (select \(inner).* from \(name) as \(inner) where "
    joins += condition(inner)
    joins += " limit 1) as \(other) on true"
    return other
  }

  private func aggregate(
    _ index: Int,
    table: Int,
    alias: String,
    _ writer: inout SQLWriter,
    call: (inout SQLWriter, String) -> String
  ) -> String {
    let relationship = writer.tables[table].relationships[index]
    return writer.collect {
      let other = $0.makeAlias()
      $0.write("(select \(call(&$0, other))")
      $0.related(relationship, of: table, alias: alias, as: other, where: .always)
      $0.write(")")
    }
  }
}

extension OrderDirection {
  /// The suffix of an order's key; PostgreSQL's own order of nulls is not spelled out.
  var sql: String {
    switch self {
    case .ascending, .ascendingNullsLast: ""
    case .ascendingNullsFirst: " nulls first"
    case .descending, .descendingNullsFirst: " desc"
    case .descendingNullsLast: " desc nulls last"
    }
  }
}
