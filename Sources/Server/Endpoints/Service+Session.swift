import Authentication
import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  /// On whose behalf a request is made.
  func finding(
    for request: HTTPRequest,
    on loop: EventLoop
  ) async throws(RequestError) -> Authenticator.Finding {
    do {
      return try await authenticator.session(request.headers, body: request.body, on: loop)
    } catch {
      throw RequestError(error)
    }
  }

  /// Answers on behalf of whoever the request is of; errors in the form of all endpoints but GraphQL's.
  func plainReply(
    to request: HTTPRequest,
    on loop: EventLoop,
    _ answer: (Session) async throws(RequestError) -> Reply
  ) async -> Reply {
    do throws(RequestError) {
      let finding = try await finding(for: request, on: loop)
      var reply = try await answer(finding.session)
      reply.response.headers += finding.responseHeaders
      return reply
    } catch {
      return .plain(error)
    }
  }

  /// An answer to a JSON body that only administrators may send.
  func administratorReply(
    to request: HTTPRequest,
    on loop: EventLoop,
    _ answer: (JSONValue, Session) async throws(RequestError) -> Reply
  ) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      try request.checkBodyIsJSON()
      let body: JSONValue
      do throws(JSONError) {
        body = try JSONValue(parsing: request.body.span)
      } catch {
        throw RequestError.notJSON(error)
      }
      return try await answer(body, session)
    }
  }
}
