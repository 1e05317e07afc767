import Authentication
import Engine
import EventLoop
import HTTP

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
}
