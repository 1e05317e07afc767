import JSON
import Metadata
import SQLCompiler

/// Reads the `order_by` of the query API: `"+a"`, `"-b.c"`, `{"column": …, "type": …, "nulls": …}`, or
/// a list of such.
struct OrderReader {
  let tables: [BoundTable]

  mutating func terms(
    _ cursor: JSONCursor,
    _ table: Int
  ) throws(MetadataError) -> [OrderTerm] {
    guard case .array = cursor.value else { return [try term(cursor, table)] }
    var terms: [OrderTerm] = []
    for element in try cursor.array() { terms.append(try term(element, table)) }
    return terms
  }

  private func term(_ cursor: JSONCursor, _ table: Int) throws(MetadataError) -> OrderTerm {
    if let text = cursor.value.string {
      let isDescending = text.hasPrefix("-")
      let name = isDescending || text.hasPrefix("+") ? String(text.dropFirst()) : text
      return OrderTerm(
        key: try key(name, cursor, table),
        direction: isDescending ? .descending : .ascending
      )
    }
    let column = try cursor.required("column")
    let isDescending = try cursor.optional("type")?.string() == "desc"
    let direction: OrderDirection =
      switch (isDescending, try cursor.optional("nulls")?.string()) {
      case (false, "first"): .ascendingNullsFirst
      case (false, "last"): .ascendingNullsLast
      case (true, "first"): .descendingNullsFirst
      case (true, "last"): .descendingNullsLast
      case (false, _): .ascending
      case (true, _): .descending
      }
    return OrderTerm(
      key: try key(try column.string(), column, table),
      direction: direction
    )
  }

  /// A column, or one behind object relationships with dots between.
  private func key(
    _ name: String,
    _ cursor: JSONCursor,
    _ table: Int
  ) throws(MetadataError) -> OrderKey {
    let own = tables[table]
    if let index = own.columns.firstIndex(where: { $0.name.hasSameBytes(as: name) }),
      own.columns[index].graphQLName != nil
    {
      return .column(index)
    }
    let parts = name.split(separator: ".", maxSplits: 1)
    if parts.count == 2,
      let index = own.relationships.firstIndex(where: { $0.name.hasSameBytes(as: String(parts[0])) }
      ),
      !own.relationships[index].isArray, own.relationships[index].query == nil
    {
      let target = own.relationships[index].target
      return .object(relationship: index, try key(String(parts[1]), cursor, target))
    }
    throw MetadataError(.notExists, "\"\(name)\" does not exist", path: cursor.path.text)
  }
}
