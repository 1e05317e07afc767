import EventLoop
import JSON
import Metadata
import PostgresClient

/// Makes the calls of asynchronous actions, a bounded number at a time.
///
/// Where there is nothing to do it only reads, and seldom where the database tells of calls.
actor ActionProcessor {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: EngineConfiguration
  private let snapshots: SnapshotBox
  private let notices: Notices
  private let log: ActionLog
  private let nap: Nap
  private var task: Task<Void, Never>?
  private var calls: [String: Task<Void, Never>] = [:]
  private var lastHold: UInt64?
  private var isStopping = false

  /// Milliseconds after which calls are held on to anew.
  private static let holdInterval: UInt64 = 5_000

  init(
    _ configuration: EngineConfiguration,
    _ snapshots: SnapshotBox,
    _ notices: Notices,
    _ pool: PostgresPool
  ) {
    self.configuration = configuration
    self.snapshots = snapshots
    self.notices = notices
    log = ActionLog(pool: pool)
    loop = pool.loop
    nap = Nap(on: pool.loop)
  }

  func start() {
    task = loop.spawn { await self.run() }
  }

  /// Looks at once: the metadata may be others, or actions were called.
  func look() async { await nap.cut() }

  /// Takes no more calls over, and waits for the answers to those under way.
  func stop() async {
    isStopping = true
    task?.cancel()
    await nap.cut()
    await task?.value
    for call in calls.values { await call.value }
  }

  private func run() async {
    while !Task.isCancelled { await nap.take(milliseconds: await turn()) }
  }

  /// Does what there is to do; returns after how many milliseconds there may be more.
  private func turn() async -> Int {
    await hold()
    let longest = Int(Self.holdInterval)
    guard let snapshot = snapshots.current else { return configuration.actionInterval }
    let actions = ActionSet(snapshot.consistency.metadata)
    guard actions.actions.contains(where: { $0.kind == .asynchronousMutation }) else {
      // Those of another version of the metadata are looked at when that is published.
      return longest
    }
    guard let outlook = try? await log.look() else { return configuration.actionInterval }
    if outlook.hasEnded { try? await log.end() }
    let room = configuration.actionBatch - calls.count
    if outlook.hasNew {
      let taken = room > 0 ? (try? await log.take(room)) ?? [] : []
      for call in taken {
        calls[call.id] = loop.spawn { await self.make(call, actions) }
      }
      return configuration.actionInterval
    }
    return notices.isHeard ? longest : configuration.actionInterval
  }

  private func hold() async {
    let now = loop.milliseconds
    guard !calls.isEmpty else { return lastHold = nil }
    if let lastHold, now - lastHold < Self.holdInterval { return }
    if (try? await log.hold(Array(calls.keys))) != nil { lastHold = now }
  }

  private func make(_ call: ActionLog.Pending, _ set: ActionSet) async {
    defer { calls[call.id] = nil }
    guard let action = set.actions.first(where: { $0.name == call.action }) else {
      let missing = HasuraError(.notExists, "there is no action \"\(call.action)\" any more")
      return await store(call.id, nil, ActionLog.errors(missing))
    }
    let handler = ActionHandler(
      sender: configuration.webhooks,
      environment: WebhookEnvironment(variables: configuration.environment),
      types: set.types,
      configuredHeadersFirst: configuration.configuredHeadersFirst
    )
    let headers = (call.headers.object?.members ?? []).map {
      WebhookHeaderField(name: $0.key, value: $0.value.string ?? "")
    }
    do {
      let result = try await handler.call(
        action,
        input: call.input,
        sessionVariables: call.session,
        query: nil,
        clientHeaders: headers,
        on: loop
      )
      await store(call.id, result.value, nil)
    } catch {
      await store(call.id, nil, ActionLog.errors(error))
    }
  }

  /// Writes a result down, when the database is back where it is away.
  private func store(_ id: String, _ response: JSONValue?, _ errors: JSONValue?) async {
    var (response, errors) = (response, errors)
    while true {
      do {
        try await log.finish(id, response: response, errors: errors)
        return
      } catch {
        if error.isLasting {
          // The result is refused: the caller learns why.
          guard response != nil else { return }
          (response, errors) = (nil, ActionLog.errors(HasuraError(error)))
        } else if isStopping {
          return
        } else {
          try? await loop.sleep(for: .milliseconds(200))
        }
      }
    }
  }
}
