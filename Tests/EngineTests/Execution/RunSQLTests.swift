import JSON
import Testing

@testable import Engine

@Suite struct RunSQLTests {
  @Test(
    arguments: [
      ("alter table t add c int", true),
      ("DROP\nTABLE t", true),
      ("create or replace view v as select 1", true),
      ("create  function f() returns int", true),
      ("comment on table t is 'x'", true),
      ("create table t (id int)", false),
      ("select 1 as dropped", false),
      ("select my_alter", false),
    ]
  )
  func knowsWhatMayChangeTheSchema(sql: String, mayChange: Bool) throws {
    #expect(try RunSQL(decoding: ["sql": .string(sql)]).mayChangeSchema == mayChange)
  }

  @Test func obeysTheRequest() throws {
    let checked = try RunSQL(
      decoding: ["sql": "select 1", "check_metadata_consistency": true, "cascade": true]
    )
    #expect(checked.mayChangeSchema && checked.cascade)
    let unchecked = try RunSQL(decoding: [
      "sql": "drop table t", "check_metadata_consistency": false,
    ])
    #expect(!unchecked.mayChangeSchema)
    let readOnly = try RunSQL(decoding: ["sql": "drop table t", "read_only": true])
    #expect(!readOnly.mayChangeSchema && readOnly.isReadOnly)
  }

  @Test(
    arguments: [
      ([], "$.args", "expected Object"),
      ([:], "$.args", "key \"sql\" not found"),
      (["sql": 1], "$.args.sql", "parsing Text failed, expected String"),
      (["sql": "x", "cascade": "y"], "$.args.cascade", "parsing Bool failed, expected Boolean"),
    ] as [(JSONValue, String, String)]
  )
  func refuses(arguments: JSONValue, at path: String, saying message: String) {
    #expect(throws: HasuraError(.parseFailed, message, path: path)) {
      try RunSQL(decoding: arguments)
    }
  }
}
