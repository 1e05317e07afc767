import JSON
import Testing

@testable import Metadata

@Suite struct YAMLTests {
  private func read(_ text: String) throws -> JSONValue {
    var reader = try YAMLReader(Array(text.utf8)) { target, _ in
      .string("included \(target)")
    }
    return try reader.read()
  }

  @Test(
    arguments: [
      ("", "null"),
      ("# nothing\n", "null"),
      ("a: 1\nb: [x, 'y', \"z\\n\"]\n", #"{"a":1,"b":["x","y","z\n"]}"#),
      ("- a: 1\n  b:\n  - c\n-\n", #"[{"a":1,"b":["c"]},null]"#),
      ("[~, null, true, False, 1.10, -0, 1e400]", "[null,null,true,false,1.10,-0,1e400]"),
      ("[007, 0x1F, +1, .5, yes, .inf, 1_000]", #"["007","0x1F","+1",".5","yes",".inf","1_000"]"#),
      ("['1', \"true\", !!str 2, '']", #"["1","true","2",""]"#),
      ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", #"{"a":"one\ntwo\n","b":"one two"}"#),
      ("1: one\ntrue: yes\n", #"{"1":"one","true":"yes"}"#),
      (
        "a: &x {p: 1}\nb: *x\nc:\n  <<: *x\n  q: 2\n",
        #"{"a":{"p":1},"b":{"p":1},"c":{"q":2,"p":1}}"#
      ),
      ("a: {<<: [{p: 1}, {p: 2, q: 3}], q: 4}", #"{"a":{"q":4,"p":1}}"#),
      ("[!include a.yaml, \"!include b/c.yaml\"]", #"["included a.yaml","included b/c.yaml"]"#),
      ("é: \"\\u00e9\"", #"{"é":"é"}"#),
    ]
  )
  func reads(text: String, as json: String) throws {
    #expect(try read(text).text == json)
  }

  @Test(
    arguments: [
      ("a: [", YAMLError("did not find expected node content", line: 2, column: 1)),
      ("a: 1\na: 2\n", YAMLError("the key a stands twice", line: 2, column: 1)),
      ("*x", YAMLError("unknown alias *x", line: 1, column: 1)),
      ("? [a]\n: b\n", YAMLError("a key that is no scalar", line: 1, column: 3)),
      ("<<: 1", YAMLError("a merge of what is no mapping", line: 1, column: 1)),
      ("a\n---\nb\n", YAMLError("a second document", line: 2, column: 1)),
    ]
  )
  func refuses(text: String, with error: YAMLError) {
    #expect(throws: error) { try read(text) }
  }

  @Test func refusesWhatIsNoUTF8() {
    #expect(throws: YAMLError.self) {
      var reader = try YAMLReader([0x61, 0xFF]) { _, _ in .null }
      _ = try reader.read()
    }
  }

  @Test func boundsDepth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try read(nested(100)) }
    #expect(throws: YAMLError.self) { try read(nested(102)) }
    #expect(throws: YAMLError.self) { try read(String(repeating: "- ", count: 100_000)) }
  }

  @Test func boundsWhatAliasesExpandTo() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<20 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\(alias), \(alias), \(alias), \(alias), \(alias)]\n"
    }
    #expect(throws: YAMLError("more than 2000000 values", line: 9, column: 15)) { try read(text) }
  }

  @Test func writesForPeople() throws {
    let value: JSONValue = [
      "name": "default", "empty": [:], "none": [], "null": nil, "number": 1, "flag": true,
      "tables": [
        ["table": ["name": "a", "schema": "public"], "columns": ["x", ["y", "z"]]], "!include b",
      ],
      "a: b": "it's", "1": "1", "no": "no", "query": "query {\n  a\n}\n", "lines": "a\nb",
      "spaces": " a\n", "control": "\u{7}\u{85}", "blank": "",
    ]
    let text = String(decoding: YAMLWriter.document(value), as: UTF8.self)
    #expect(
      text == """
        name: default
        empty: {}
        none: []
        "null": null
        number: 1
        flag: true
        tables:
          - table:
              name: a
              schema: public
            columns:
              - x
              -
                - "y"
                - z
          - "!include b"
        "a: b": "it's"
        "1": "1"
        "no": "no"
        query: |
          query {
            a
          }
        lines: |-
          a
          b
        spaces: " a\\n"
        control: "\\u0007\\u0085"
        blank: ""

        """
    )
    var expected = try #require(value.object)
    expected["tables"] = [
      ["table": ["name": "a", "schema": "public"], "columns": ["x", ["y", "z"]]], "included b",
    ]
    #expect(try read(text) == .object(expected))
  }

  @Test(
    arguments: [
      "", " ", "a b", "a ", "-", "- a", "#", "a #b", "a: b", "a:", "'", "\"", "\\", "\n", "a\n",
      "a\n\n", "\na", "a\n b", "a \nb", "a\n\nb\n", "\t", "a\tb\nc", "true", "1.5", "~", "é",
      "\u{FEFF}", "\u{2028}", "\u{7F}", "😀", "%a", "@a", "`a", "*a", "&a", "!a", "{a}", "[a]",
      "a,b",
      "=", "<<", "a\r\nb", "---", "...", "a\n---\nb",
    ]
  )
  func readsBackWhatItWrites(string: String) throws {
    let value: JSONValue = ["key": .string(string), "list": [.string(string)]]
    let text = String(decoding: YAMLWriter.document(value), as: UTF8.self)
    #expect(try read(text) == value)
  }
}
