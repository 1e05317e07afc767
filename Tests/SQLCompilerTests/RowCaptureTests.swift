import Testing

@testable import SQLCompiler

@Suite struct RowCaptureTests {
  private func kept(_ capture: RowCapture) -> String {
    var writer = SQLWriter(tables: TestTables.all, sources: [])
    return writer.keep(capture)
  }

  private func rows(_ capture: RowCapture) -> String {
    SQLWriter(tables: TestTables.all, sources: []).rows(of: capture)
  }

  /// The rows stay in the database: with each statement they would come back once more.
  @Test func answersNoRowsThatAreKept() {
    let row = RowCapture(setting: "s", table: TestTables.accounts, form: .row)
    #expect(kept(row) == "set_config('s', (array_agg(w.r))[1]::text, true) is null")
    let rows = RowCapture(setting: "s", table: TestTables.accounts, form: .rows)
    #expect(kept(rows) == "set_config('s', coalesce(array_agg(w.r)::text, '{}'), true) is null")
  }

  @Test func appendsToABlockOfMany() {
    let all = RowCapture.appended("s", table: TestTables.accounts, statements: 9)
    #expect(
      rows(all)
        == "unnest(('{' || array_to_string(array[nullif(current_setting('s_0', true), ''), "
        + "nullif(current_setting('s_1', true), ''), nullif(current_setting('s_2', true), '')], ',') || '}')::"
        + #""trade"."accounts"[])"#
    )
    #expect((0..<9).map { all.forStatement($0, of: 9).block } == [0, 0, 0, 1, 1, 1, 2, 2, 2])
    let old = "coalesce(current_setting('s_2', true), '')"
    #expect(
      kept(all.forStatement(8, of: 9))
        == "set_config('s_2', \(old) || case when \(old) <> '' and count(*) > 0 then ',' else '' end || "
        + #"coalesce(string_agg('"' || replace(replace(w.r::text, '\', '\\'), '"', '\"') || '"', ','), '')"#
        + ", true) is null"
    )
  }
}
