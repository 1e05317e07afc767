import Catalog

/// The rules for a table whose rows are the values of a GraphQL enum.
struct EnumTable {
  let table: Table
  let catalog: Catalog
  /// Nil where they have not been read.
  let values: [DatabaseContext.EnumValue]?

  /// Why the table cannot be one; nil where it can.
  var failure: String? {
    var reasons = structuralReasons
    if reasons.isEmpty, let values { reasons = valueReasons(values) }
    guard let first = reasons.first else { return nil }
    let start = "the table \"\(table.name)\" cannot be used as an enum"
    guard reasons.count > 1 else { return "\(start) because \(first)" }
    let list = reasons.map { "  • \($0)\n" }.joined()
    return "\(start) for the following reasons:\n\(list)"
  }

  private var structuralReasons: [String] {
    guard let key = table.primaryKey else { return ["the table must have a primary key"] }
    guard key.columns.count == 1, let keyColumn = key.columns.first.flatMap(table.column(named:))
    else {
      return [
        "the table’s primary key must not span multiple columns "
          + "(\(key.columns.sorted().joined(separator: ", ")))"
      ]
    }
    var reasons: [String] = []
    if let type = typeOtherThanText(keyColumn) {
      reasons.append(
        "the table’s primary key (\"\(keyColumn.name)\") must have type \"text\", "
          + "not type \"\(type)\""
      )
    }
    let comments = table.columns.filter { $0.name != keyColumn.name }
    if comments.count > 1 {
      let names = table.columns.map(\.name).sorted { $0.precedes($1) }
      reasons.append(
        "the table must have exactly one primary key and optionally one comment column, "
          + "not \(names.count) columns (\(names.joined(separator: ", ")))"
      )
    } else if let comment = comments.first, let type = typeOtherThanText(comment) {
      reasons.append(
        "the table’s comment column (\"\(comment.name)\") must have type \"text\", "
          + "not type \"\(type)\""
      )
    }
    return reasons
  }

  private func typeOtherThanText(_ column: Column) -> String? {
    let name = catalog[column.type].name
    switch name {
    case "text": return nil
    case "int2": return "smallint"
    case "int4": return "integer"
    case "int8": return "bigint"
    case "float4": return "real"
    case "bool": return "boolean"
    default: return name
    }
  }

  private func valueReasons(_ values: [DatabaseContext.EnumValue]) -> [String] {
    guard !values.isEmpty else { return ["the table must have at least one row"] }
    let wrong = values.map(\.name)
      .filter { !$0.isGraphQLName || ["true", "false", "null"].contains($0) }
      .map { "\"\($0)\"" }
    switch wrong.count {
    case 0: return []
    case 1: return ["the value \(wrong[0]) is not a valid GraphQL enum value name"]
    default:
      let list = wrong.dropLast().joined(separator: ", ") + " and " + wrong[wrong.count - 1]
      return ["the values \(list) are not valid GraphQL enum value names"]
    }
  }
}
