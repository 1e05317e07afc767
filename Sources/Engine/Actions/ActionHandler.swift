import EventLoop
import JSON
import Metadata

/// Calls the webhook behind an action, and makes of its answer a value or an error.
struct ActionHandler: Sendable {
  let sender: WebhookSender?
  let environment: WebhookEnvironment
  let types: CustomTypes
  /// Whether the client's headers give way to the action's own of the same names.
  let configuredHeadersFirst: Bool

  struct Result: Sendable {
    var value: JSONValue
    /// Cookies that the webhook sets.
    var headers: [WebhookHeaderField]
  }

  /// `query` is the text of the operation, `clientHeaders` those of the client's request.
  func call(
    _ action: Action,
    input: JSONValue,
    sessionVariables: JSONValue,
    query: String?,
    clientHeaders: [WebhookHeaderField],
    on loop: EventLoop
  ) async throws(HasuraError) -> Result {
    let payload: JSONValue = [
      "action": ["name": .string(action.name)], "input": input,
      "session_variables": sessionVariables, "request_query": query.map { .string($0) } ?? .null,
    ]
    var call: WebhookCall
    do {
      let own = try environment.headers(action.headers)
      let forwarded =
        action.forwardsClientHeaders
        ? WebhookEnvironment.forwarded(clientHeaders, ignoring: action.ignoredClientHeaders) : []
      call = WebhookCall(
        url: try environment.url(action.handler),
        headers: WebhookEnvironment.merged(
          (configuredHeadersFirst ? own + forwarded : forwarded + own)
            + WebhookEnvironment.standardHeaders
        ),
        body: payload.serialized,
        timeout: action.timeout
      )
    } catch {
      throw HasuraError(.unexpected, error.message, httpStatus: 400)
    }
    let transform = WebhookTransform(action.transforms)
    let scope = transform.scope(
      body: payload,
      url: call.url,
      sessionVariables: sessionVariables
    )
    do {
      try transform.apply(to: &call, scope)
    } catch {
      throw HasuraError(
        .unexpected,
        "Request Transformation Failed",
        internal: error.encoded
      )
    }
    let request: JSONValue = [
      "url": .string(action.handler), "body": payload,
      "headers": .array(action.headers.map { $0.encoded() }),
    ]
    guard let sender else {
      throw HasuraError(.unexpected, "this server cannot call webhooks")
    }
    let answer: WebhookAnswer
    do {
      answer = try await sender(call, loop)
    } catch {
      throw HasuraError(
        .unexpected,
        "http exception when calling webhook",
        internal: [
          "error": ["type": "http_exception", "message": .string(error.message)],
          "request": request, "response": nil,
        ]
      )
    }
    return try result(of: answer, action, transform, scope, request)
  }

  private func result(
    of answer: WebhookAnswer,
    _ action: Action,
    _ transform: WebhookTransform,
    _ scope: KritiScope,
    _ request: JSONValue
  ) throws(HasuraError) -> Result {
    var body = answer.body
    do {
      try transform.apply(toResponse: &body, status: answer.status, scope)
    } catch {
      throw HasuraError(.unexpected, "Response Transformation Failed", internal: error.encoded)
    }
    func details(_ error: String, _ value: JSONValue) -> JSONValue {
      [
        "error": .string(error), "request": request,
        "response": [
          "status": .number(JSONNumber(answer.status)), "body": value,
          "headers": .array(
            answer.headers.map { ["name": .string($0.name), "value": .string($0.value)] }
          ),
        ],
      ]
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: body.span)
    } catch {
      throw HasuraError(
        .unexpected,
        "not a valid json response from webhook",
        internal: details(
          "invalid json: \(error)",
          .string(String(decoding: body, as: UTF8.self))
        )
      )
    }
    switch answer.status {
    case 200..<300:
      if let problem = ActionOutputCheck(types: types).problem(with: value, as: action.output) {
        throw HasuraError(
          .unexpected,
          problem,
          httpStatus: 400,
          internal: details("unexpected response", value)
        )
      }
      let cookies = answer.headers.filter { $0.name.lowercased() == "set-cookie" }
      return Result(value: value, headers: cookies)
    case 400..<500:
      guard let message = value["message"]?.string else {
        let what =
          value.object == nil
          ? "parsing ActionWebhookErrorResponse failed, expected Object, but encountered "
            + NodeID.kind(of: value) : "key \"message\" not found"
        throw HasuraError(.parseFailed, what, internal: details("unexpected response", value))
      }
      var error = HasuraError(.unexpected, message, httpStatus: answer.status)
      error.givenCode = value["code"]?.string
      error.givenExtensions = value["extensions"]?.object
      throw error
    default:
      throw HasuraError(
        .unexpected,
        "internal error",
        internal: details(
          "expecting 2xx or 4xx status code, but found \(answer.status)",
          value
        )
      )
    }
  }
}
