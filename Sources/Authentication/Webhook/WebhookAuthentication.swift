import Engine
import EventLoop
import HTTP
import JSON
import Observability

/// Asks the hook on whose behalf requests are made, for one loop.
///
/// Whatever goes wrong about the hook, the one request is refused and nothing else.
actor WebhookAuthentication {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: WebhookConfiguration
  private let client: HTTPClient
  private let logger: Logger
  private var known: ExpiringCache<WebhookAnswer>

  init(
    _ configuration: WebhookConfiguration,
    _ client: HTTPClient,
    _ logger: Logger,
    cachedAnswers: Int
  ) {
    loop = client.loop
    self.configuration = configuration
    self.client = client
    self.logger = logger
    known = ExpiringCache(capacity: cachedAnswers)
  }

  func stop() async { await client.close() }

  /// The answer for a request, from the hook or from before.
  func answer(_ headers: HTTPHeaders, body: [UInt8]) async throws(HasuraError) -> WebhookAnswer {
    let request = WebhookRequest.make(configuration, headers, body: body)
    let key = WebhookAuthentication.key(of: request)
    if let known = known.value(of: key, at: UnixTime.now()) { return known }
    let response = try await send(request)
    let now = UnixTime.now()
    do {
      let answer = try WebhookAnswer(response, at: now)
      log(response.status, answer.warning == nil ? .info : .warn, response, answer.warning)
      if let end = answer.cachedUntil {
        known.insert(answer, for: key, until: min(end, answer.session.expiresAt ?? end))
      }
      return answer
    } catch {
      log(response.status, .error, response, nil)
      throw error
    }
  }

  private func send(_ request: HTTPClientRequest) async throws(HasuraError) -> HTTPClientResponse {
    do throws(HTTPClientError) {
      return try await client.send(request)
    } catch {
      logger.log(
        .webhook(
          WebhookExchange(
            url: ShownURL.text(of: configuration.url),
            method: configuration.methodName,
            level: .error,
            httpError: "\(error)"
          )
        )
      )
      throw HasuraError(
        .unexpected,
        "webhook authentication request failed",
        internal: .string("\(error)")
      )
    }
  }

  /// A line for the answer; its body only where it is not what a hook should say.
  private func log(
    _ status: Int,
    _ level: LogLevel,
    _ response: HTTPClientResponse,
    _ message: String?
  ) {
    guard logger.isEnabled(.webhookLog, level) else { return }
    let body =
      status == 200 ? nil : String(decoding: response.body.prefix(1024), as: UTF8.self)
    logger.log(
      .webhook(
        WebhookExchange(
          url: ShownURL.text(of: configuration.url),
          method: configuration.methodName,
          level: level,
          status: status,
          response: body,
          message: message
        )
      )
    )
  }

  /// What makes two requests the same to a hook: everything that is sent to it.
  private static func key(of request: HTTPClientRequest) -> Digest {
    var bytes: [UInt8] = []
    for (name, value) in request.headers {
      bytes += name.lowercased().utf8
      bytes.append(0)
      bytes += value.utf8
      bytes.append(0)
    }
    bytes.append(0)
    if let body = request.body { bytes += body }
    return Digest(of: bytes)
  }
}
