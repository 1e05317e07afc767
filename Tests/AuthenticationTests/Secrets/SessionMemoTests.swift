import Engine
import EventLoop
import HTTP
import Synchronization
import Testing

@testable import Authentication

@Suite("Remembered sessions")
struct SessionMemoTests {
  private static let right = (name: "x-hasura-admin-secret", value: "right")

  /// The sessions of requests one after the other, each with the number of sessions made by then.
  private func sessions(
    of requests: [[(name: String, value: String)]]
  ) async -> [(session: Session?, made: Int)] {
    let loop = EventLoop.start()
    let found = Mutex<[(session: Session?, made: Int)]>([])
    let task = loop.spawn {
      let memo = SessionMemo(on: loop)
      let authentication = SecretAuthentication(secrets: AdminSecrets(["right"]))
      var made = 0
      for request in requests {
        let session = try? memo.session(HTTPHeaders(request)) { headers throws(HasuraError) in
          made += 1
          return try authentication.session(headers)
        }
        found.withLock { $0.append((session, made)) }
      }
    }
    await task.value
    await loop.shutDown()
    return found.withLock { $0 }
  }

  @Test func makesASessionOnceForTheSameHeaders() async {
    let trader = [Self.right, (name: "x-hasura-role", value: "trader")]
    let found = await sessions(of: [trader, trader + [(name: "accept", value: "*/*")], trader])
    #expect(found.map(\.session) == Array(repeating: Session.expected("trader"), count: 3))
    #expect(found.map(\.made) == [1, 1, 1])
  }

  @Test func everyByteOfNamesAndValuesCounts() async {
    let requests = [
      [Self.right, (name: "x-hasura-role", value: "trader"), (name: "x-hasura-a", value: "bc")],
      [Self.right, (name: "x-hasura-role", value: "trader"), (name: "x-hasura-ab", value: "c")],
      [Self.right, (name: "x-hasura-role", value: "tradeR"), (name: "x-hasura-ab", value: "c")],
      [(name: "x-hasura-role", value: "trader"), (name: "x-hasura-ab", value: "c"), Self.right],
    ]
    let found = await sessions(of: requests)
    #expect(
      found.map(\.session) == [
        Session.expected("trader", [("x-hasura-a", "bc")]),
        Session.expected("trader", [("x-hasura-ab", "c")]),
        Session.expected("tradeR", [("x-hasura-ab", "c")]),
        Session.expected("trader", [("x-hasura-ab", "c")]),
      ]
    )
    #expect(found.map(\.made) == [1, 2, 3, 4])
  }

  @Test func remembersNoRefusal() async {
    let wrong = [(name: "x-hasura-admin-secret", value: "wrong")]
    let absent = [(name: "x-hasura-role", value: "trader")]
    let found = await sessions(of: [wrong, absent, wrong, absent, [Self.right], wrong])
    #expect(
      found.map(\.session) == [nil, nil, nil, nil, Session.expected("admin"), nil]
    )
    #expect(found.map(\.made) == [1, 2, 3, 4, 5, 6])
  }

  @Test func readsLongHeadersAnew() async {
    let long = [Self.right, (name: "x-hasura-ids", value: String(repeating: "7", count: 2000))]
    #expect(await sessions(of: [long, long]).map(\.made) == [1, 2])
  }
}
