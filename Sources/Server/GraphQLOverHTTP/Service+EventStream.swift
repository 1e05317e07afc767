import Authentication
import Engine
import EventLoop
import HTTP

extension Service {
  /// Answers one operation by server-sent events.
  ///
  /// What is wrong about the request itself is an event too, as the protocol wants it: a browser shows
  /// nothing of an answer that is no stream.
  func eventStreamReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    var role: String?
    do throws(RequestError) {
      let finding = try await finding(for: request, on: loop)
      role = finding.session.role
      let asked = try eventStreamRequest(request)
      let (session, host) = (finding.session, sockets)
      return Reply(
        .stream(
          contentType: Service.eventStreamType,
          headers: Service.eventStreamHeaders + finding.responseHeaders
        ) { EventStream($0, asked, session, host, on: loop) },
        role: role
      )
    } catch {
      switch error.status {
      case 405, 413, 415: return .plain(error, role: role)
      default:
        let body = error.graphQLBody
        let response = HTTPResponse(
          status: 200,
          headers: [("content-type", Service.eventStreamType)] + Service.eventStreamHeaders,
          body: EventStream.next(body) + EventStream.complete
        )
        return Reply(response, role: role, failure: body)
      }
    }
  }

  private static let eventStreamType = "text/event-stream; charset=utf-8"
  /// No cache keeps a stream, and no proxy gathers it.
  private static let eventStreamHeaders = [
    (name: "cache-control", value: "no-cache"), (name: "x-accel-buffering", value: "no"),
  ]

  private func eventStreamRequest(
    _ request: HTTPRequest
  ) throws(RequestError) -> GraphQLRequest {
    guard request.method == .post else {
      return try GraphQLCall(queryString: request.query).request(allowsMutation: false)
    }
    try request.checkBodyIsJSON()
    guard
      case .single(let call) = try GraphQLBody(
        parsing: request.body,
        batchLimit: settings.batchLimit
      )
    else {
      throw RequestError(.notSupported, "a stream of events is for one operation, not for a batch")
    }
    let key = try IdempotencyKey.read(request.headers)
    return call.request(
      allowsMutation: true,
      idempotencyKey: key,
      trace: TraceHeaders.read(request.headers)
    )
  }
}
