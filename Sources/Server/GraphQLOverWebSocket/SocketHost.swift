import Authentication
import Engine
import Observability
import Synchronization

/// What all websockets of a server share.
final class SocketHost: Sendable {
  let engine: Engine
  let authenticator: Authenticator
  let settings: SocketSettings
  let logger: Logger
  let ids: RequestIDs
  private let openCount = Atomic(0)

  init(
    engine: Engine,
    authenticator: Authenticator,
    settings: SocketSettings,
    logger: Logger,
    ids: RequestIDs
  ) {
    self.engine = engine
    self.authenticator = authenticator
    self.settings = settings
    self.logger = logger
    self.ids = ids
  }

  /// How many are open.
  var count: Int { openCount.load(ordering: .relaxed) }

  /// Whether one more may be opened.
  var hasRoom: Bool { openCount.load(ordering: .relaxed) < settings.maximumSockets }

  func opened() { openCount.add(1, ordering: .relaxed) }
  func closed() { openCount.subtract(1, ordering: .relaxed) }
}
