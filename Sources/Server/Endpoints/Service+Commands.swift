import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  /// Answers a command of the metadata or of the query API, which are the admin's alone.
  func commandReply(
    to request: HTTPRequest,
    on loop: EventLoop,
    _ run: @Sendable (JSONValue, EventLoop) async -> CommandAnswer
  ) async -> Reply {
    do throws(RequestError) {
      let session = try settings.authenticator.session(request.headers)
      guard session.role == Authenticator.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      guard request.hasJSONBody else { throw RequestError.unsupportedMediaType }
      let answer = await run(try command(in: request.body), loop)
      return Reply(
        .json(answer.status, answer.body),
        role: session.role,
        failure: answer.status < 400 ? nil : answer.body
      )
    } catch {
      return .plain(error)
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
