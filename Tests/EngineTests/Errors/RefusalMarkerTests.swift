import PostgresClient
import SQLCompiler
import Testing

@testable import Engine

/// What servers say of a text that is no boolean, in the languages that they speak.
@Suite struct RefusalMarkerTests {
  private func error(_ message: String, routine: String?) -> PostgresError {
    var error = PostgresError(kind: .server, sqlstate: "22P02", message: message)
    error.routine = routine
    return error
  }

  @Test(arguments: [
    (#"invalid input syntax for type boolean: ""#, #"""#),
    ("ungültige Eingabesyntax für Typ boolean: »", "«"),
    ("syntaxe en entrée invalide pour le type boolean : « ", " »"),
    ("boolean型の入力構文が不正です: \"", "\""),
    ("неверный синтаксис для типа boolean: \"", "\""),
    ("nieprawidłowa składnia wejścia dla typu boolean: „", "”"),
  ])
  func isKnownInEveryLanguage(before: String, after: String) {
    for marker in RefusalMarker.allCases {
      #expect(
        RefusalMarker(named: error(before + marker.text + after, routine: "boolin")) == marker
      )
    }
  }

  @Test func isNotTakenFromAValueOfAnotherType() {
    let message = #"invalid input syntax for type integer: "apus: refused: check""#
    #expect(RefusalMarker(named: error(message, routine: "pg_strtoint32")) == nil)
    #expect(RefusalMarker(named: error(message, routine: nil)) == nil)
  }

  @Test(
    arguments: [
      ("22P02", 1, true), ("40001", 1, true), ("55P03", 1, true), ("22P02", 3, false),
      ("40001", 3, false), ("22003", 1, false), ("22P02", nil, false),
    ] as [(SQLState, Int?, Bool)]
  )
  func tellsAnotherClaimByItsPlace(sqlstate: SQLState, statement: Int?, isAnother: Bool) {
    var error = PostgresError(
      kind: .server,
      sqlstate: sqlstate,
      message: "ungültige Eingabesyntax für Typ boolean: »apus: key in use«"
    )
    error.statement = statement
    #expect(error.tellsOfAnotherClaim == isAnother)
  }
}
