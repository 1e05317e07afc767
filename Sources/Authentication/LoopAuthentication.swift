import Engine
import EventLoop
import HTTP
import Observability

/// Authenticates the requests of one loop that have no admin secret.
actor LoopAuthentication {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private enum Mode {
    case secretAlone(unauthorizedRole: String?)
    case jwt(JWTAuthentication)
    case webhook(WebhookAuthentication)
  }

  private var mode: Mode

  init(
    _ configuration: AuthenticationConfiguration,
    _ stores: [KeyStore],
    _ client: HTTPClientConfiguration,
    _ logger: Logger,
    on loop: EventLoop
  ) {
    self.loop = loop
    switch configuration.mode {
    case .secretAlone: mode = .secretAlone(unauthorizedRole: configuration.unauthorizedRole)
    case .jwt(let configurations):
      mode = .jwt(
        JWTAuthentication(
          configurations,
          stores,
          unauthorizedRole: configuration.unauthorizedRole,
          cachedTokens: configuration.cacheCapacity
        )
      )
    case .webhook(let webhook):
      mode = .webhook(
        WebhookAuthentication(
          webhook,
          HTTPClient(client, on: loop),
          logger,
          cachedAnswers: configuration.cacheCapacity
        )
      )
    }
  }

  func session(
    _ headers: HTTPHeaders,
    body: [UInt8]
  ) async throws(HasuraError) -> Authenticator.Finding {
    switch mode {
    case .secretAlone(let role):
      guard let role else {
        throw HasuraError(
          .accessDenied,
          "x-hasura-admin-secret/x-hasura-access-key required, but not found"
        )
      }
      return Authenticator.Finding(session: Session(role: role, claiming: []))
    case .jwt(var tokens):
      // Taken out while it changes, so that its caches are not copied.
      mode = .secretAlone(unauthorizedRole: nil)
      defer { mode = .jwt(tokens) }
      return Authenticator.Finding(session: try tokens.session(headers, at: UnixTime.now()))
    case .webhook(let hook):
      let answer = try await hook.answer(headers, body: body)
      return Authenticator.Finding(
        session: answer.session,
        responseHeaders: answer.cookies.map { ("set-cookie", $0) }
      )
    }
  }

  func stop() async {
    if case .webhook(let hook) = mode { await hook.stop() }
  }
}
