import Catalog
import JSON

/// Walks a permission's expression along the tables it leads to, and rewrites names on the way.
struct BooleanExpression {
  /// A name in an expression, and the table on which it is looked up.
  enum Reference {
    case column(TableName, String)
    case relationship(TableName, String)
    case computedField(TableName, String)
    /// What is no field of the table, or no operator of a column.
    case unknown(TableName, String)
  }

  /// Expressions nest by the request's JSON, whose parser bounds their depth.
  let fields: FieldIndex
  /// The table that the whole expression is about.
  let root: TableName
  /// Called with each reference; what it returns takes the name's place.
  let visit: (Reference) -> String
  /// Called with each table that `_exists` looks into; what it returns takes its place.
  var visitTable: (TableName) -> TableName = { $0 }
  /// Called with each comparison of a column with a value: by operator, or as the value alone.
  var visitComparison: (ComparisonCheck, _ operation: String?, JSONValue) -> Void = { _, _, _ in }

  func rewriting(_ expression: JSONValue, on table: TableName) -> JSONValue {
    guard let members = expression.object else { return expression }
    return .object(
      JSONObject(members.members.map { member in rewriting(member, on: table) })
    )
  }

  private func rewriting(
    _ member: JSONObject.Member,
    on table: TableName
  ) -> JSONObject.Member {
    switch member.key {
    case "_and", "$and", "_or", "$or":
      let operands = (member.value.array ?? []).map { rewriting($0, on: table) }
      return JSONObject.Member(key: member.key, value: .array(operands))
    case "_not", "$not":
      return JSONObject.Member(key: member.key, value: rewriting(member.value, on: table))
    case "_exists", "$exists":
      return JSONObject.Member(key: member.key, value: rewritingExists(member.value))
    default: return rewritingField(member, on: table)
    }
  }

  private func rewritingExists(_ value: JSONValue) -> JSONValue {
    guard var members = value.object else { return value }
    for (tableKey, whereKey) in [("_table", "_where"), ("$table", "$where")] {
      guard let name = members[tableKey], let table = TableName(name) else { continue }
      let renamed = visitTable(table)
      if renamed != table { members[tableKey] = renamed.encoded() }
      if let condition = members[whereKey] { members[whereKey] = rewriting(condition, on: table) }
    }
    return .object(members)
  }

  private func rewritingField(
    _ member: JSONObject.Member,
    on table: TableName
  ) -> JSONObject.Member {
    switch fields.field(member.key, of: table) {
    case .column(let type, let element):
      let check = ComparisonCheck(column: member.key, type: type, element: element)
      return JSONObject.Member(
        key: visit(.column(table, member.key)),
        value: rewritingComparisons(member.value, check, on: table)
      )
    case .relationship(let target):
      let value = rewriting(member.value, on: target)
      return JSONObject.Member(key: visit(.relationship(table, member.key)), value: value)
    case .computedField(let rows):
      return JSONObject.Member(
        key: visit(.computedField(table, member.key)),
        value: rows.map { rewriting(member.value, on: $0) } ?? member.value
      )
    case nil:
      return JSONObject.Member(key: visit(.unknown(table, member.key)), value: member.value)
    }
  }

  /// Comparisons with other columns name them: `{"_ceq": "b"}`, or `["$", "b"]` for the root.
  private func rewritingComparisons(
    _ value: JSONValue,
    _ check: ComparisonCheck,
    on table: TableName
  ) -> JSONValue {
    guard let comparisons = value.object, !check.isValue(comparisons) else {
      visitComparison(check, nil, value)
      return value
    }
    return .object(
      JSONObject(
        comparisons.members.map { comparison in
          guard ComparisonNames.comparesColumns(comparison.key) else {
            if ComparisonNames.isKnown(comparison.key) {
              visitComparison(check, comparison.key, comparison.value)
            } else {
              _ = visit(.unknown(table, comparison.key))
            }
            return comparison
          }
          return JSONObject.Member(
            key: comparison.key,
            value: rewritingColumn(comparison.value, on: table)
          )
        }
      )
    )
  }

  private func rewritingColumn(_ value: JSONValue, on table: TableName) -> JSONValue {
    switch value {
    case .string(let name): return .string(rewritingColumn(name, on: table))
    case .array(let path):
      var table = table
      var steps: [JSONValue] = []
      for (index, step) in path.enumerated() {
        guard let name = step.string else { return value }
        if index == 0, name == "$" {
          table = root
          steps.append(step)
        } else if index == path.count - 1 {
          steps.append(.string(rewritingColumn(name, on: table)))
        } else if case .relationship(let target) = fields.field(name, of: table) {
          steps.append(.string(visit(.relationship(table, name))))
          table = target
        } else {
          steps.append(.string(visit(.unknown(table, name))))
        }
      }
      return .array(steps)
    default: return value
    }
  }

  private func rewritingColumn(_ name: String, on table: TableName) -> String {
    if case .column = fields.field(name, of: table) { return visit(.column(table, name)) }
    return visit(.unknown(table, name))
  }
}
