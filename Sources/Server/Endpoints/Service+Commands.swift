import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  /// Answers a command of the metadata or of the query API, which are the admin's alone; on `/v1/query`
  /// every role may read tables.
  func commandReply(
    to request: HTTPRequest,
    at route: Route,
    on loop: EventLoop
  ) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole || request.path == "/v1/query" else {
        return .plain(.adminOnly, role: session.role)
      }
      try request.checkBodyIsJSON()
      if route != .metadata { try IdempotencyKey.refuse(request.headers) }
      let command = try command(in: request.body)
      let answer =
        route == .metadata ? await engine.metadata(command) : await engine.query(command, session)
      return Reply(
        .json(answer.status, answer.body),
        role: session.role,
        failure: answer.status < 400 ? nil : answer.body
      )
    }
  }

  private func command(in body: [UInt8]) throws(RequestError) -> JSONValue {
    do {
      return try JSONValue(parsing: body.span)
    } catch {
      throw .notJSON(error)
    }
  }
}
