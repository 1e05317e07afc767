import JSON
import Testing

@Suite struct JSONRowsTests {
  private func read(_ text: String) throws -> JSONObjectWithRows? {
    try JSONObjectWithRows(parsing: Array(text.utf8), rowsIn: "v")
  }

  @Test func leavesListsOfObjectsInTheText() throws {
    let text =
      #" {"q": [{"a": 1}], "v": {"x": 1, "r": [ {"a": 1.50, "b": "é"}, {"b": "\u00e9\"", "a": null},"#
      + #" {}, {"a": [1, {"c": true}], "d": false} ], "s": [1], "e": []}} "#
    let found = try #require(try read(text))
    #expect(
      found.object == ["q": [["a": 1]], "v": ["x": 1, "s": [1], "e": []]]
    )
    let rows = try #require(found.rows["r"])
    #expect(rows.keys == ["a", "b", "d"])
    #expect(rows.counts == [3, 2, 1])
    #expect(rows.value == (try JSONValue(parsing: text))["v"]?["r"])
    var cells: [[String?]] = []
    for row in 0..<rows.count {
      var place = 0
      cells.append(
        rows.keys.indices.map { key in
          rows.cell(row, key, near: &place).map { rows.value($0).text }
        }
      )
    }
    #expect(
      cells == [
        ["1.50", #""é""#, nil], ["null", #""é\"""#, nil], [nil, nil, nil],
        [#"[1,{"c":true}]"#, nil, "false"],
      ]
    )
  }

  @Test(
    arguments: [
      "[1]", #"{"q": 1}"#, #"{"v": [{"a": 1}]}"#, #"{"v": {}, "v": {"r": [{"a": 1}]}}"#,
      #"{"v": {"r": [{"a": 1}], "r": 2}}"#,
    ]
  )
  func leavesOtherTextsToTheOrdinaryWay(text: String) throws {
    #expect(try read(text) == nil)
  }

  @Test(
    arguments: [
      #"[{"a": 1}, 2]"#, #"[{"a": 1, "a": 2}]"#, #"[{"a": 1}, {"b": 1, "b": 2}]"#, "[[]]",
    ]
  )
  func readsOtherListsAsValues(list: String) throws {
    let found = try #require(try read(#"{"v": {"r": \#(list)}}"#))
    #expect(found.rows.isEmpty)
    #expect(found.object == (try JSONValue(parsing: #"{"v": {"r": \#(list)}}"#)).object)
  }

  @Test(
    arguments: [
      #"[{"a": 01}]"#, #"[{"a": "\ud800"}]"#, #"[{"a" 1}]"#, #"[{"a": 1},]"#, #"[{"a": "x}]"#,
      #"[{"a": 1} {"a": 2}]"#, "[{\"a\": \"\u{1}\"}]", #"[{"a": tru}]"#, #"[{"a": [1}]"#,
    ]
  )
  func tellsTheFaultsThatTheOrdinaryWayTells(list: String) {
    let text = #"{"v": {"r": \#(list)}}"#
    let expected = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    let found = #expect(throws: JSONError.self) { try read(text) }
    #expect(found == expected)
  }

  @Test func refusesTextThatIsNotUTF8() throws {
    var bytes = Array(#"{"v": {"r": [{"a": "x"}]}}"#.utf8)
    let place = try #require(bytes.firstIndex(of: UInt8(ascii: "x")))
    bytes[place] = 0xFF
    let error = #expect(throws: JSONError.self) {
      try JSONObjectWithRows(parsing: bytes, rowsIn: "v")
    }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.offset == place)
  }
}
