import Testing

@testable import Engine

@Suite struct SQLStatementsTests {
  @Test(
    arguments: [
      ("", []),
      (" ; -- nothing;\n /* ; */ ;", []),
      ("select 1", ["select 1"]),
      ("select 1; select 2;", ["select 1", " select 2"]),
      (
        "select ';', \";\", E'\\';', 'a'';b'; select 2",
        ["select ';', \";\", E'\\';', 'a'';b'", " select 2"]
      ),
      ("select E'a''\\';b'; x", ["select E'a''\\';b'", " x"]),
      ("select $$;$$, $a$ ; $b$ ; $a$; x", ["select $$;$$, $a$ ; $b$ ; $a$", " x"]),
      ("select $1; select a$b$c; x", ["select $1", " select a$b$c", " x"]),
      (
        "select 1 -- ;\n; select /* ; /* ; */ ; */ 2",
        ["select 1 -- ;\n", " select /* ; /* ; */ ; */ 2"]
      ),
      (
        "create rule r as on insert to t do (insert into a values (1); delete from b); x",
        ["create rule r as on insert to t do (insert into a values (1); delete from b)", " x"]
      ),
      (
        "create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end; x",
        [
          "create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end",
          " x",
        ]
      ),
      ("begin; insert into t values (1); end", ["begin", " insert into t values (1)", " end"]),
      ("select 'open; x", ["select 'open; x"]),
      ("select E'\\", ["select E'\\"]),
      ("select /* open; x", ["select /* open; x"]),
      ("select $a$ open; x", ["select $a$ open; x"]),
      ("select 'é;'; x", ["select 'é;'", " x"]),
    ] as [(String, [String])]
  )
  func splits(text: String, into statements: [String]) {
    #expect(SQLStatements.split(text) == statements)
  }
}
