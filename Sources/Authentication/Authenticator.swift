package import Engine
package import EventLoop
package import HTTP
package import Observability

/// Finds out on whose behalf a request is made: by admin secret, token or hook.
///
/// Each loop has its own keys, connections and caches; what is fetched once is handed to all. May be
/// asked from any loop.
package final class Authenticator: Sendable {
  /// A session, and what the hook wants the client to be told beside the answer.
  package struct Finding: Sendable {
    package var session: Session
    package var responseHeaders: [(name: String, value: String)] = []
  }

  private let secret: SecretAuthentication
  private let unauthorizedRole: String?
  private let workers: [LoopAuthentication]
  private let memos: [SessionMemo]
  private let refreshers: [JWKRefresher]
  private let refreshClient: HTTPClient

  package init(
    _ configuration: AuthenticationConfiguration,
    on loops: [EventLoop],
    logger: Logger
  ) {
    precondition(!loops.isEmpty, "authentication needs a loop")
    secret = SecretAuthentication(secrets: configuration.secrets)
    unauthorizedRole = configuration.unauthorizedRole
    var client = HTTPClientConfiguration()
    client.certificateFile = configuration.certificateFile
    let refreshClient = HTTPClient(client, on: loops[0])
    self.refreshClient = refreshClient
    var stores: [KeyStore] = []
    var refreshers: [JWKRefresher] = []
    for jwt in configuration.jwtConfigurations {
      switch jwt.keys {
      case .fixed(let keys): stores.append(KeyStore(keys))
      case .url(let url, let algorithms):
        let store = KeyStore([])
        stores.append(store)
        refreshers.append(JWKRefresher(url: url, algorithms, store, refreshClient, logger))
      }
    }
    self.refreshers = refreshers
    memos = loops.map(SessionMemo.init)
    workers = loops.map { loop in
      LoopAuthentication(configuration, stores, client, logger, on: loop)
    }
  }

  /// Returns when keys have been fetched once, or could not be; requests may come before.
  package func start() async {
    for refresher in refreshers { await refresher.start() }
  }

  /// Gives up what is under way and closes the connections.
  package func stop() async {
    await refreshClient.close()
    for refresher in refreshers { await refresher.stop() }
    for worker in workers { await worker.stop() }
  }

  /// The session of a request; `body` is what a hook may want to see.
  package func session(
    _ headers: HTTPHeaders,
    body: [UInt8],
    on loop: EventLoop
  ) async throws(HasuraError) -> Finding {
    let index = workers.firstIndex { $0.loop === loop }
    let found =
      if let index, loop.isCurrent {
        try memos[index].session(headers, make: secret.session)
      } else {
        try secret.session(headers)
      }
    if let found { return Finding(session: found) }
    return try await workers[index ?? 0].session(headers, body: body)
  }
}
