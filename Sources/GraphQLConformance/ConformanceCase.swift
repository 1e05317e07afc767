import GraphQLCore
import JSON

/// One line of the suite: what is asked, without what is expected.
struct ConformanceCase {
  let request: JSONValue

  init(_ request: JSONValue) {
    self.request = request
  }

  var id: String { text("id") ?? "" }
  var source: [UInt8] { Array((text("source") ?? "").utf8) }

  func text(_ key: String) -> String? { request[key]?.string }

  func answer() -> Answer {
    switch text("kind") {
    case "lex": lex()
    case "parse": parse()
    default: Answer(errors: [Answer.Problem(message: "Unknown kind.")])
    }
  }
}
