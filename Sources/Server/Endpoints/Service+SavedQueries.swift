import Engine
import EventLoop
import HTTP
import JSON

extension Service {
  /// Runs the query that a path under `/api/rest` stands for.
  ///
  /// The answer is the content of `data`; errors keep their status, as at Hasura.
  func restReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      var call = RESTRequest(
        method: request.method == .head ? "GET" : request.method.rawValue,
        path: try path(of: request),
        arguments: try arguments(of: request)
      )
      call.idempotencyKey = try IdempotencyKey.read(request.headers)
      call.trace = TraceHeaders.read(request.headers)
      call.clientHeaders = request.clientHeaders
      return reply(await engine.rest(call, session, on: loop), session)
    }
  }

  /// Lists the saved queries that the role can run.
  func savedQueriesReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      reply(await engine.savedQueries(session, on: loop), session)
    }
  }

  func openAPIReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    await plainReply(to: request, on: loop) { session async throws(RequestError) in
      guard session.role == Session.adminRole else {
        return .plain(.adminOnly, role: session.role)
      }
      return Reply(.json(200, engine.openAPI().serialized), role: session.role)
    }
  }

  private func reply(_ answer: CommandAnswer, _ session: Session) -> Reply {
    var response = HTTPResponse.json(answer.status, answer.body)
    response.headers += answer.headers.map { (name: $0.name, value: $0.value) }
    if answer.isReplay { response.headers.append(IdempotencyKey.replayHeader) }
    return Reply(
      response,
      role: session.role,
      failure: answer.status < 400 ? nil : answer.body
    )
  }

  private func path(of request: HTTPRequest) throws(RequestError) -> [String] {
    var segments: [String] = []
    let path = request.path.dropFirst(Route.restPrefix.count)
    for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
      segments.append(try QueryString.segment(segment))
    }
    return segments
  }

  // MARK: - Variables

  /// The variables of the query string, then those of the body.
  private func arguments(of request: HTTPRequest) throws(RequestError) -> [RESTArgument] {
    let inQuery = try texts(request.query ?? "")
    guard !request.body.isEmpty else { return inQuery }
    let type = request.headers["content-type"].flatMap { MediaType($0) }
    if type?.name == "application/x-www-form-urlencoded" {
      guard let form = String(validating: request.body, as: UTF8.self) else {
        throw RequestError(.badRequest, "the body is not UTF-8")
      }
      return inQuery + (try texts(form))
    }
    guard type == nil || type?.isJSON == true else { throw RequestError.unsupportedRESTBody }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: request.body.span)
    } catch {
      throw .notJSON(error)
    }
    switch value {
    case .null: return inQuery
    case .object(let variables):
      return inQuery
        + variables.members.map { RESTArgument(name: $0.key, value: .json($0.value)) }
    default:
      throw RequestError(
        .parseFailed,
        "the body has to be an object with the variables, but is of type \(value.kindName)"
      )
    }
  }

  private func texts(_ text: String) throws(RequestError) -> [RESTArgument] {
    try QueryString(text).parameters().map { RESTArgument(name: $0.name, value: .text($0.value)) }
  }
}

extension RequestError {
  fileprivate static let unsupportedRESTBody = RequestError(
    .badRequest,
    "the Content-Type of the request has to be application/json or "
      + "application/x-www-form-urlencoded",
    status: 415
  )
}
