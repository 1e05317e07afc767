import TestSupport
import Testing

@testable import PostgresClient

/// The order of values by their texts, where PostgreSQL is asked whether it is right.
@Suite struct ValueOrderTests {
  private static let values: [String: [String]] = [
    "int8": ["-9223372036854775808", "-10", "-9", "0", "9", "10", "9223372036854775807"],
    "numeric": [
      "-12345678901234567890.5", "-10", "-9.99", "-0.001", "0", "0.000", "0.0009", "0.001", "1",
      "1.5", "1.50", "1.51", "9", "10", "12345678901234567890.5",
    ],
    "date": ["0001-01-01", "1999-12-31", "2000-02-29", "2000-03-01", "2026-11-27", "9999-12-31"],
    "timestamp": [
      "1999-12-31 23:59:59.999999", "2000-01-01 00:00:00", "2026-01-02 09:30:00",
      "2026-01-02 09:30:00.5", "2026-01-02 09:30:00.51", "2026-01-02 09:30:01",
    ],
    "timestamptz": [
      "2026-01-02 09:30:00+00", "2026-01-02 10:30:00+01", "2026-01-02 09:30:00.25+00",
      "2026-01-02 15:00:00.5+05:30", "2026-01-02 04:30:01-05", "2026-03-01 00:00:00+00",
      "2026-02-28 23:59:59-04",
    ],
    "uuid": [
      "00000000-0000-0000-0000-000000000000", "0198f0a2-7f6b-7000-8000-000000000001",
      "0198f0a2-7f6b-7000-8000-00000000000a", "f0000000-0000-0000-0000-000000000000",
    ],
  ]

  @Test(arguments: values.keys.sorted())
  func isPostgreSQLs(type: String) async throws {
    let order = try #require(ValueOrder(typeName: type))
    let values = try #require(Self.values[type])
    let database = try TestCluster.shared().makeDatabase()
    #expect(
      try database.execute("select '\(type)'::regtype::oid")[0][0].flatMap { UInt32($0) }
        .flatMap { ValueOrder(type: $0) } == order
    )
    for first in values {
      let list = values.map { "('\($0)'::\(type))" }.joined(separator: ",")
      let rows = try database.execute(
        "select '\(first)'::\(type) < v from (values \(list)) as t(v)"
      )
      let expected = rows.map { $0[0] == "t" }
      #expect(values.map { order.precedes(Array(first.utf8), Array($0.utf8)) } == expected)
    }
  }

  /// As a client may write them.
  @Test(
    arguments: [
      ("timestamptz", "2026-01-02T09:30:00Z", "2026-01-02 10:30:00+01", false),
      ("timestamptz", "2026-01-02T09:29:59.9Z", "2026-01-02 09:30:00+00", true),
      ("timestamptz", "2026-01-02T09:30+0100", "2026-01-02 08:30:01+00", true),
      // A time without a zone has none.
      ("timestamp", "2026-01-02T09:30:00+05", "2026-01-02 09:30:00.000001", true),
      ("date", "2026-01-02T23:00:00", "2026-01-03", true), ("int4", "+7", "8", true),
      ("numeric", "+.5", "0.51", true), ("numeric", "1.", "1", false),
      (
        "uuid", "0198F0A2-7F6B-7000-8000-00000000000A", "0198f0a2-7f6b-7000-8000-00000000000b", true
      ),
    ]
  )
  func readsOtherForms(_ type: String, _ first: String, _ second: String, isLess: Bool) throws {
    let order = try #require(ValueOrder(typeName: type))
    #expect(order.precedes(Array(first.utf8), Array(second.utf8)) == isLess)
  }

  @Test(
    arguments: [
      ("int8", "1.5"), ("int8", ""), ("int8", "9223372036854775808"), ("numeric", "NaN"),
      ("numeric", "1e3"), ("numeric", "."), ("numeric", ""), ("date", "infinity"),
      ("date", "0044-03-15 BC"), ("date", "10000-01-01"), ("date", "2026-13-01"),
      ("timestamp", "2026-01-02 09:30:00 BC"), ("timestamp", "now"),
      ("timestamp", "2026-01-02 09:30:00.1234567"), ("timestamptz", "2026-01-02 09:30:00"),
      ("timestamptz", "2026-01-02 09:30:00 UTC"), ("timestamptz", "2026-01-02"),
      ("uuid", "{0198f0a2-7f6b-7000-8000-00000000000a}"), ("uuid", "0198f0a2"),
    ]
  )
  func knowsWhatItCannotTell(_ type: String, _ value: String) throws {
    let order = try #require(ValueOrder(typeName: type))
    #expect(order.precedes(Array(value.utf8), Array(value.utf8)) == nil)
  }

  @Test(arguments: ["text", "citext", "float8", "interval", "jsonb", "time"])
  func leavesOtherTypesToPostgreSQL(type: String) { #expect(ValueOrder(typeName: type) == nil) }
}
