import Testing

@testable import apus

struct SQLScriptTests {
  @Test(
    arguments: [
      ("", []),
      (" ; ;\n-- only a comment\n/* and /* another */ */", []),
      ("SELECT 1", ["SELECT 1"]),
      ("SELECT 1;SELECT 2;", ["SELECT 1", "SELECT 2"]),
      ("SELECT ';' ; SELECT 'it''s;'", ["SELECT ';' ", "SELECT 'it''s;'"]),
      (#"SELECT E'\';' ; SELECT 2"#, [#"SELECT E'\';' "#, "SELECT 2"]),
      (#"SELECT '\' ; SELECT 2"#, [#"SELECT '\' "#, "SELECT 2"]),
      (#"SELECT "a;""b" ; SELECT 2"#, [#"SELECT "a;""b" "#, "SELECT 2"]),
      ("DO $$ a; b $$; SELECT 2", ["DO $$ a; b $$", "SELECT 2"]),
      ("DO $x$ $$; $y$; $x$; SELECT 2", ["DO $x$ $$; $y$; $x$", "SELECT 2"]),
      ("SELECT a$b$c; SELECT $1; SELECT 3", ["SELECT a$b$c", "SELECT $1", "SELECT 3"]),
      ("SELECT 1 -- ; no\n; SELECT 2", ["SELECT 1 -- ; no\n", "SELECT 2"]),
      ("SELECT 1 /* ; /* ; */ ; */ ; SELECT 2", ["SELECT 1 /* ; /* ; */ ; */ ", "SELECT 2"]),
      (
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
        ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "SELECT 3"]
      ),
      (
        """
        CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC
        SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3
        """,
        [
          """
          CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC
          SELECT CASE WHEN true THEN 1 END; SELECT 2; END
          """, "SELECT 3",
        ]
      ),
      ("SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]),
      ("DO $$ open; SELECT 2", ["DO $$ open; SELECT 2"]),
    ] as [(String, [String])]
  )
  func cutsWhereAStatementEnds(script: String, expected: [String]) {
    #expect(SQLScript(Array(script.utf8)).statements.map(\.text) == expected)
  }

  @Test func knowsTheFirstWord() {
    let script = SQLScript(Array("/* x */ BeGiN; (SELECT 1); \"begin\"".utf8))
    #expect(script.statements.map(\.keyword) == ["begin", "select", ""])
  }

  @Test func countsPlacesInCharacters() {
    let script = SQLScript(Array("-- é\nSELECT 'ü', nothing;\nSELECT 2".utf8))
    let first = script.statements[0]
    #expect(first.offset == 6)
    #expect(script.place(ofCharacter: 13, in: first) == SQLScript.Place(line: 2, column: 13))
    #expect(script.position(ofCharacter: 13, in: first) == 18)
    let second = script.statements[1]
    #expect(script.place(ofCharacter: 1, in: second) == SQLScript.Place(line: 3, column: 1))
  }
}
