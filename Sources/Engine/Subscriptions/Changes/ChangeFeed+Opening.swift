import PostgresClient

// How a feed finds out by what changes can be told, and begins.
extension ChangeFeed {
  /// Opens the best way by which changes can be told now; nil where there is none.
  func begin() async throws(PostgresError) -> ChangeSource? {
    if let reason = try await versionObstacle() {
      tell(.unavailable(reason))
      return nil
    }
    var reasons: [String] = []
    for source in options.told {
      if let reason = try await obstacle(to: source) {
        reasons.append(reason)
        continue
      }
      active = source
      do {
        try await open(source)
        failedOpenings[source] = nil
        return source
      } catch {
        await stream.close()
        await listener.close()
        guard isRefusal(error, of: source) else { throw error }
        reasons.append(Self.text(ofRefusal: error, of: source))
      }
    }
    tell(.unavailable(reasons.joined(separator: "; ")))
    return nil
  }

  /// Why a database cannot tell anything; nil where it can.
  private func versionObstacle() async throws(PostgresError) -> String? {
    // Those before cannot say what a statement saw.
    let query = QueryBatch(
      sql: """
        select current_setting('server_version_num')::integer >= 130000,
          current_setting('server_version')
        """
    )
    let row = try await pool.execute(query)[0]
    guard row.string(0, 0) != "t" else { return nil }
    return "the server is PostgreSQL \(row.string(0, 1) ?? ""), and has to be 13 or later"
  }

  private func obstacle(to source: ChangeSource) async throws(PostgresError) -> String? {
    switch source {
    case .replication: try await publication.obstacle()
    case .triggers: try await triggers.obstacle()
    case .polling: nil
    }
  }

  private static let mostFailedOpenings = 3

  /// Whether a database that answers does not give what was asked for, such as one more slot.
  private func isRefusal(_ error: PostgresError, of source: ChangeSource) -> Bool {
    if error.kind == .server { return error.sqlstate.classCode != "57" }
    // A pooler in between, or no place for one more sender, ends the connection as it begins. So does
    // a server on its way down, but not again and again.
    guard error.sqlstate == .cannotConnect else { return false }
    failedOpenings[source, default: 0] += 1
    return failedOpenings[source, default: 0] >= Self.mostFailedOpenings
  }

  private static func text(ofRefusal error: PostgresError, of source: ChangeSource) -> String {
    let way = source == .replication ? "logical replication" : "listening"
    return "the server refuses \(way): \(error.message)"
  }

  private func open(_ source: ChangeSource) async throws(PostgresError) {
    switch source {
    case .replication: try await stream.open(slot: Self.slotName)
    case .triggers: try await listener.open()
    case .polling: break
    }
  }
}
