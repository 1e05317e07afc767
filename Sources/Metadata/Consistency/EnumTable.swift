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
    var reasons: [String] = []
    var others = table.columns
    let key = (table.primaryKey?.columns ?? []).compactMap { table.column(named: $0) }
    if key.isEmpty {
      reasons.append("the table must have a primary key")
    } else if key.count > 1 {
      let names = key.map(\.name).sorted { $0.precedes($1) }
      reasons.append(
        "the table’s primary key must not span multiple columns "
          + "(\(names.joined(separator: ", ")))"
      )
    } else if let type = typeOtherThanText(key[0]) {
      reasons.append(
        "the table’s primary key (\"\(key[0].name)\") must have type \"text\", "
          + "not type \"\(type)\""
      )
    } else {
      // Only a key that can be one is not counted among the other columns.
      others.removeAll { $0 == key[0] }
    }
    if others.count > 1 {
      let names = others.map(\.name).sorted { $0.precedes($1) }
      reasons.append(
        "the table must have exactly one primary key and optionally one comment column, "
          + "not \(names.count) columns (\(names.joined(separator: ", ")))"
      )
    } else if let comment = others.first, let type = typeOtherThanText(comment) {
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
      .sorted { $0.precedes($1) }
      .map { "\"\($0)\"" }
    guard let last = wrong.last else { return [] }
    let others = wrong.dropLast().joined(separator: ", ")
    switch wrong.count {
    case 1: return ["the value \(last) is not a valid GraphQL enum value name"]
    case 2: return ["the values \(others) and \(last) are not valid GraphQL enum value names"]
    default:
      return ["the values \(others), and \(last) are not valid GraphQL enum value names"]
    }
  }
}
