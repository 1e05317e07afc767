import Testing

@testable import Engine

@Suite struct JSONPathStepsTests {
  @Test(
    arguments: [
      ("$", []),
      ("", []),
      ("a", ["a"]),
      ("$.a.b", ["a", "b"]),
      ("a.b[0]", ["a", "b", "0"]),
      ("$[12].x", ["12", "x"]),
      (#"$["c d"]['e"f'].g-h_1"#, ["c d", "e\"f", "g-h_1"]),
      ("$.größe", ["größe"]),
      (#"a[0].["你好"].['b']"#, ["a", "0", "你好", "b"]),
    ] as [(String, [String])]
  )
  func splits(path: String, into steps: [String]) {
    #expect(JSONPathSteps(Array(path.utf8).span)?.steps == steps)
  }

  @Test(arguments: [
    "$.", "$a", "a..b", "a..[0]", "a[", "a[]", "a[x]", "a[1", #"a["b]"#, "a b", "$$",
  ])
  func refuses(path: String) {
    #expect(JSONPathSteps(Array(path.utf8).span) == nil)
  }
}
