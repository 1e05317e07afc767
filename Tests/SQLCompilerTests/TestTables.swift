import Catalog
import SQLCompiler

/// Accounts with their orders, and readings that have no key.
enum TestTables {
  static let accounts = 0
  static let orders = 1
  static let readings = 2

  static let integer = BoundType(oid: 23, name: "int4", sqlName: "integer", encoding: .number)
  static let text = BoundType(oid: 25, name: "text", sqlName: "text", encoding: .string)
  static let numeric = BoundType(
    oid: 1700,
    name: "numeric",
    sqlName: "numeric",
    encoding: .numberOrSpecial
  )
  static let jsonb = BoundType(oid: 3802, name: "jsonb", sqlName: "jsonb", encoding: .json)
  static let texts = BoundType(
    oid: 1009,
    name: "_text",
    sqlName: "text[]",
    encoding: .viaToJSON,
    elementSQLName: "text"
  )

  static let all = [
    table(
      "accounts",
      [("id", integer), ("name", text), ("equity", numeric), ("tags", texts), ("raw", jsonb)],
      key: [0],
      [relationship("orders", .array, to: orders, (0, 1))],
      rows: 100
    ),
    table(
      "orders",
      [("id", integer), ("account_id", integer), ("qty", numeric)],
      key: [0],
      [
        relationship("account", .object, to: accounts, (1, 0)),
        relationship("reading", .object, to: readings, (1, 0), isUnique: false),
      ],
      rows: 200
    ),
    table(
      "readings",
      [("account", integer), ("value", numeric)],
      key: nil,
      [relationship("orders", .array, to: orders, (0, 1))],
      rows: 10
    ),
  ]

  private static func table(
    _ name: String,
    _ columns: [(String, BoundType)],
    key: [Int]?,
    _ relationships: [BoundRelationship],
    rows: Double
  ) -> BoundTable {
    BoundTable(
      name: TableName(schema: "trade", name: name),
      graphQLName: "trade_" + name,
      columns: columns.map {
        BoundColumn(name: $0.0, graphQLName: $0.0, type: $0.1, isNullable: true)
      },
      primaryKey: key,
      uniqueKeys: key.map { [$0] } ?? [],
      relationships: relationships,
      estimatedRows: rows
    )
  }

  private static func relationship(
    _ name: String,
    _ kind: BoundRelationship.Kind,
    to target: Int,
    _ columns: (Int, Int),
    isUnique: Bool = true
  ) -> BoundRelationship {
    BoundRelationship(
      name: name,
      kind: kind,
      target: target,
      columns: [.init(local: columns.0, remote: columns.1)],
      isNullable: true,
      targetIsUnique: isUnique
    )
  }
}

extension FieldRequest {
  static func column(_ key: String, _ column: Int) -> FieldRequest {
    .column(key: key, column: column, path: nil)
  }
}

/// Rows selected by what a closure sets.
func rows(_ body: (inout RowSelection) -> Void = { _ in }) -> RowSelection {
  var rows = RowSelection()
  body(&rows)
  return rows
}

func ascending(_ column: Int) -> OrderTerm {
  OrderTerm(key: .column(column), direction: .ascending)
}
