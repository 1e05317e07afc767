import Glibc
import JSON

/// Answers the cases of a GraphQL conformance suite, one JSON object a line.
@main struct GraphQLConformance {
  static func main() async {
    while let line = readLine(strippingNewline: true) {
      guard !line.isEmpty else { continue }
      print(await answer(to: line).text)
      fflush(nil)
    }
  }

  private static func answer(to line: String) async -> JSONValue {
    let bytes = Array(line.utf8)
    var parser = JSONParser(bytes.span, maximumDepth: 20_000, allowsNullCharacters: true)
    do throws(JSONError) {
      let request = ConformanceCase(try parser.parse())
      return await request.answer().json(id: request.id)
    } catch {
      return Answer(errors: [Answer.Problem(message: error.description)]).json(id: "")
    }
  }
}
