import Authentication
import Engine
import EventLoop
import GraphQLCore
import HTTP

extension Service {
  /// Answers GraphQL by POST, alone or in a batch, and queries by GET.
  func graphQLReply(
    to request: HTTPRequest,
    keepsStatus: Bool,
    usesRelay: Bool = false,
    on loop: EventLoop
  ) async -> Reply {
    let style = AnswerStyle(request, keepsStatus: keepsStatus)
    let finding: Authenticator.Finding
    do {
      finding = try await self.finding(for: request, on: loop)
    } catch {
      return reply(error, style, nil)
    }
    var session = finding.session
    session.usesRelay = usesRelay
    var reply = await graphQLReply(to: request, session, style, on: loop)
    reply.response.headers += finding.responseHeaders
    return reply
  }

  /// Answers GraphQL by the Relay schema, where that is not switched off.
  func relayReply(to request: HTTPRequest, on loop: EventLoop) async -> Reply {
    guard settings.isRelayEnabled else {
      return .plain(RequestError(.notSupported, "relay is disabled", status: 400))
    }
    return await graphQLReply(to: request, keepsStatus: false, usesRelay: true, on: loop)
  }

  private func graphQLReply(
    to request: HTTPRequest,
    _ session: Session,
    _ style: AnswerStyle,
    on loop: EventLoop
  ) async -> Reply {
    let role = session.role
    do throws(RequestError) {
      guard request.method == .post else {
        let call = try GraphQLCall(queryString: request.query)
        let answer = await engine.graphql(call.request(allowsMutation: false), session, on: loop)
        return reply(answer, style, role)
      }
      try request.checkBodyIsJSON()
      switch try GraphQLBody(parsing: request.body, batchLimit: settings.batchLimit) {
      case .single(let call):
        let key = try IdempotencyKey.read(request.headers)
        var asked = call.request(
          allowsMutation: true,
          idempotencyKey: key,
          trace: TraceHeaders.read(request.headers)
        )
        asked.clientHeaders = request.clientHeaders
        let answer = await engine.graphql(asked, session, on: loop)
        return reply(answer, style, role)
      case .batch(let calls):
        let key = try IdempotencyKey.read(request.headers)
        let trace = TraceHeaders.read(request.headers)
        return await batchReply(calls, key, trace, request.clientHeaders, session, on: loop)
      }
    } catch {
      return reply(error, style, role)
    }
  }

  /// One after the other, as Hasura does it: a mutation may rely on the one before.
  ///
  /// A list of answers is no GraphQL response, so it is plain JSON to everyone.
  private func batchReply(
    _ calls: [GraphQLCall],
    _ key: String?,
    _ trace: TraceContext?,
    _ clientHeaders: @escaping @Sendable () -> [WebhookHeaderField],
    _ session: Session,
    on loop: EventLoop
  ) async -> Reply {
    var body: [UInt8] = [UInt8(ascii: "[")]
    for (index, call) in calls.enumerated() {
      if body.count > 1 { body.append(UInt8(ascii: ",")) }
      // Each operation of a batch is one of its own, and so is its key.
      var asked = call.request(
        allowsMutation: true,
        idempotencyKey: key.map { "\($0)#\(index)" },
        trace: trace
      )
      asked.clientHeaders = clientHeaders
      body += await engine.graphql(asked, session, on: loop).body
    }
    body.append(UInt8(ascii: "]"))
    var reply = Reply(.json(200, body), role: session.role)
    reply.isBatch = true
    reply.operation = "unknown"
    return reply
  }

  private func reply(_ answer: GraphQLAnswer, _ style: AnswerStyle, _ role: String?) -> Reply {
    let status = style.statuses.status(of: answer.outcome, hasuraStatus: answer.httpStatus)
    var response = style.response(status, answer.body)
    var failure: [UInt8]?
    response.headers += answer.headers.map { (name: $0.name, value: $0.value) }
    if answer.isReplay { response.headers.append(IdempotencyKey.replayHeader) }
    if case .requestError(let stage) = answer.outcome {
      failure = answer.body
      if stage == .method { response.headers.append((name: "allow", value: "POST")) }
    }
    var reply = Reply(response, role: role, failure: failure)
    reply.operation = answer.operation?.rawValue ?? "unknown"
    return reply
  }

  private func reply(_ error: RequestError, _ style: AnswerStyle, _ role: String?) -> Reply {
    let status = style.statuses.status(of: error, keeps401: settings.keeps401)
    let body = error.graphQLBody
    let response = error.addingAllow(to: style.response(status, body))
    var reply = Reply(response, role: role, failure: body)
    reply.operation = "unknown"
    return reply
  }
}

/// The label and the status of an answer, which do not always come from one world.
private struct AnswerStyle {
  let format: ResponseFormat
  let statuses: StatusRules

  init(_ request: HTTPRequest, keepsStatus: Bool) {
    format = ResponseFormat(accept: request.headers["accept"])
    // Hasura answers no query by GET, so that the draft's statuses are new to nobody there.
    statuses =
      format == .graphQLResponse || request.method != .post
      ? .draft : keepsStatus ? .hasura : .alwaysOK
  }

  func response(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
    HTTPResponse(status: status, contentType: format.contentType, body: body)
  }
}

extension HTTPRequest {
  /// The headers, for webhooks that are told them.
  var clientHeaders: @Sendable () -> [WebhookHeaderField] {
    let headers = headers
    return { headers.webhookFields }
  }

  /// Refuses a request that does not say that its body is JSON, and that as it is.
  func checkBodyIsJSON() throws(RequestError) {
    // What nearly every client sends, without taking it to pieces.
    guard let type = headers["content-type"],
      type == "application/json" || MediaType(type)?.isJSON ?? false
    else { throw .unsupportedMediaType }
    guard let coding = headers["content-encoding"] else { return }
    guard coding.lowercased() == "identity" else { throw .unsupportedContentCoding }
  }
}
