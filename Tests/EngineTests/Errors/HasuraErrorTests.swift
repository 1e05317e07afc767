import Engine
import JSON
import Metadata
import PostgresClient
import Testing

@Suite struct HasuraErrorTests {
  @Test func speaksTheShapeOfGraphQL() {
    let error = HasuraError(
      .validationFailed,
      "field 'x' not found in type: 'query_root'",
      path: "$.selectionSet.x"
    )
    #expect(
      String(decoding: error.answer(.graphQL, showingInternal: true), as: UTF8.self)
        == #"{"errors":[{"message":"field 'x' not found in type: 'query_root'","#
        + #""extensions":{"path":"$.selectionSet.x","code":"validation-failed"}}]}"#
    )
  }

  @Test func speaksThePlainShape() {
    let error = HasuraError(.notExists, #"table "x" does not exist"#, internal: ["a": 1])
    #expect(
      String(decoding: error.answer(.plain, showingInternal: false), as: UTF8.self)
        == #"{"error":"table \"x\" does not exist","path":"$","code":"not-exists"}"#
    )
    #expect(
      String(decoding: error.answer(.plain, showingInternal: true), as: UTF8.self)
        == #"{"error":"table \"x\" does not exist","path":"$","code":"not-exists","#
        + #""internal":{"a":1}}"#
    )
  }

  @Test(
    arguments: [
      (.accessDenied, 401), (.validationFailed, 400), (.parseFailed, 400), (.conflict, 409),
      (.methodNotAllowed, 405), (.unexpected, 500), (.postgresError, 500),
      (.postgresMaxConnectionsError, 500), (.constraintViolation, 400), (.notFound, 400),
    ] as [(HasuraError.Code, Int)]
  )
  func hasTheStatusOfItsCode(code: HasuraError.Code, status: Int) {
    #expect(HasuraError(code, "").httpStatus == status)
  }

  @Test func takesAnErrorOfTheMetadataAPIAsItIs() {
    let error = MetadataError(.alreadyTracked, "view/table already tracked", path: "$.args")
    #expect(
      HasuraError(error)
        == HasuraError(.alreadyTracked, "view/table already tracked", path: "$.args")
    )
  }

  @Test func knowsEveryCodeOfTheMetadataAPI() {
    let codes: [MetadataError.Code] = [
      .alreadyExists, .alreadyTracked, .alreadyUntracked, .badRequest, .conflict, .constraintError,
      .dependencyError, .invalidConfiguration, .metadataWarnings, .notExists, .notFound,
      .notSupported, .parseFailed, .permissionDenied, .unexpected, .validationFailed,
    ]
    for code in codes {
      #expect(HasuraError(MetadataError(code, "")).code.rawValue == code.rawValue)
    }
  }
}

@Suite struct JSONPathTests {
  @Test func writesPlainNamesWithDotsAndQuotesTheOthers() {
    var path = JSONPath()
    path.append(key: "selectionSet")
    path.append(key: "_x-1")
    path.append(index: 3)
    path.append(key: "$set")
    path.append(key: "a\"b")
    path.append(key: "")
    path.append(key: "1a")
    #expect(path.text == #"$.selectionSet._x-1[3]["$set"]["a\"b"][""]["1a"]"#)
  }
}
