import Testing

@testable import HTTP

@Suite("Response head")
struct ResponseHeadTests {
  private func head(
    _ response: HTTPResponse,
    minorVersion: UInt8 = 1,
    isPersistent: Bool = true
  ) -> String {
    var date = DateField()
    date.update(0)
    var bytes: [UInt8] = []
    ResponseHead.append(
      response,
      minorVersion: minorVersion,
      isPersistent: isPersistent,
      date: date,
      to: &bytes
    )
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "\r\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("date: ") }.joined(separator: "|")
  }

  @Test func hasStatusFieldsAndLength() {
    #expect(
      head(.json(200, [1, 2, 3]))
        == "HTTP/1.1 200 OK|content-type: application/json; charset=utf-8|content-length: 3||"
    )
    #expect(head(HTTPResponse(status: 404)) == "HTTP/1.1 404 Not Found|content-length: 0||")
    #expect(head(HTTPResponse(status: 299)) == "HTTP/1.1 299 Status|content-length: 0||")
  }

  @Test func saysWhetherTheConnectionStays() {
    let response = HTTPResponse(status: 200)
    #expect(
      head(response, isPersistent: false)
        == "HTTP/1.1 200 OK|content-length: 0|connection: close||"
    )
    #expect(
      head(response, minorVersion: 0)
        == "HTTP/1.1 200 OK|content-length: 0|connection: keep-alive||"
    )
  }

  @Test(arguments: [204, 304])
  func givesNoLengthWhereThereIsNoBody(status: Int) {
    #expect(
      head(HTTPResponse(status: status, body: [1]))
        == "HTTP/1.1 \(status) \(HTTPStatus.reason(status))||"
    )
  }

  @Test func letsNobodyElseFrameTheAnswer() {
    let response = HTTPResponse(
      status: 200,
      headers: [
        ("Content-Length", "7"), ("Transfer-Encoding", "chunked"), ("Connection", "close"),
        ("Date", "now"), ("a", "b"),
      ]
    )
    #expect(head(response) == "HTTP/1.1 200 OK|a: b|content-length: 0||")
  }

  @Test func splitsNoAnswerAtALineEndInAField() {
    let response = HTTPResponse(
      status: 200,
      headers: [("a", "b\r\nc: d\n\u{0}\u{7F}e\tf"), ("g\r\n", "é")]
    )
    #expect(
      head(response) == "HTTP/1.1 200 OK|a: b  c: d   e\tf|g  : é|content-length: 0||"
    )
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (1_709_209_445, "Thu, 29 Feb 2024 12:24:05 GMT"),
    ]
  )
  func writesDates(time: Int, text: String) {
    #expect(DateField.text(time) == text)
  }
}
