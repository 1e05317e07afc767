import Engine
import PostgresClient

/// On whose behalf a field of the platform does something, and in which workspace.
struct Caller {
  /// What is written down as the one who did it.
  let actor: String
  /// The user whose memberships count; nil for administrators and for sessions without a user.
  private let user: String?

  init(_ call: NativeCall) {
    let user = call.sessionVariable("x-hasura-user-id")
    actor = user ?? call.session.role
    self.user = call.session.role == Session.adminRole ? nil : user
  }

  /// The workspace that the caller names and may write to, or else its own, or else `default`.
  func workspace(_ call: NativeCall, _ connection: PostgresConnection) async throws -> String {
    if let named = call.text("workspace_id") {
      guard Self.isUUID(named) else {
        throw call.failure("'\(named)' is no uuid", at: "workspace_id")
      }
      let found = try await connection.query(
        """
        SELECT 1 FROM control.workspace w WHERE w.workspace_id = $1
          AND ($2::text IS NULL OR \(Self.isMember("w.workspace_id")))
        """,
        [named, user]
      )
      guard found.rowCount == 1 else {
        throw call.failure(
          "there is no such workspace, or you may not change anything in it",
          at: "workspace_id"
        )
      }
      return named
    }
    let found = try await connection.query(
      """
      SELECT w.workspace_id FROM control.workspace w
      WHERE w.name = 'default' OR \(Self.isMember("w.workspace_id", user: "$1"))
      ORDER BY w.name = 'default', w.created_at, w.workspace_id LIMIT 1
      """,
      [user]
    )
    guard let workspace = found.string(0, 0) else {
      throw call.failure("there is no workspace; name one", at: "workspace_id")
    }
    return workspace
  }

  /// Refuses a job that the caller may not change.
  func check(job id: String, _ call: NativeCall, _ connection: PostgresConnection) async throws {
    let found = try await connection.query(
      """
      SELECT 1 FROM control.experiment_job j WHERE j.job_id = $1
        AND ($2::text IS NULL OR j.created_by = $2 OR \(Self.isMember("j.workspace_id")))
      """,
      [id, user]
    )
    guard found.rowCount == 1 else {
      throw call.failure("there is no such job, or you may not change it", at: "id")
    }
  }

  /// Refuses to change things in a workspace that is not the caller's.
  func check(
    workspace: String,
    _ call: NativeCall,
    _ connection: PostgresConnection
  ) async throws {
    let found = try await connection.query(
      "SELECT 1 WHERE $1::text IS NULL OR \(Self.isMember("$2::uuid", user: "$1"))",
      [user, workspace]
    )
    guard found.rowCount == 1 else {
      throw call.failure("you may not change anything in that workspace", code: .accessDenied)
    }
  }

  /// Whether a user may change things in a workspace.
  private static func isMember(_ workspace: String, user: String = "$2") -> String {
    """
    EXISTS (SELECT 1 FROM control.workspace_member m WHERE m.workspace_id = \(workspace)
      AND m.user_id = \(user) AND m.role IN ('owner', 'admin', 'editor'))
    """
  }

  static func isUUID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "-") || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
          || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
      }
  }
}

extension NativeCall {
  /// An argument of the type `uuid`.
  func uuid(_ argument: String) throws -> String? {
    guard let text = text(argument) else { return nil }
    guard Caller.isUUID(text) else { throw failure("'\(text)' is no uuid", at: argument) }
    return text
  }

  func requiredUUID(_ argument: String) throws -> String {
    guard let id = try uuid(argument) else { throw failure("it is missing", at: argument) }
    return id
  }
}
