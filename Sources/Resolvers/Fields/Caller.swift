import Engine
import PostgresClient

/// On whose behalf a field of the platform does something, and in which workspace.
struct Caller {
  /// What is written down as the one who did it.
  let actor: String
  private let isAdmin: Bool
  /// The user whose memberships count; nil for administrators and for sessions without a user.
  private let user: String?

  init(_ call: NativeCall) {
    let user = call.sessionVariable("x-hasura-user-id")
    actor = user ?? call.session.role
    isAdmin = call.session.role == Session.adminRole
    self.user = isAdmin ? nil : user
  }

  /// The workspace that the caller names and may write to, or else its own.
  ///
  /// Administrators and callers without a user have `default`. A user who is in no workspace has none: what it
  /// would start there it could not see.
  func workspace(_ call: NativeCall, _ connection: PostgresConnection) async throws -> String {
    if let named = call.text("workspace_id") {
      guard Self.isUUID(named) else {
        throw call.failure("'\(named)' is no uuid", at: "workspace_id")
      }
      let found = try await connection.query(
        "SELECT 1 FROM control.workspace w WHERE w.workspace_id = $1 AND \(mayChange("$1::uuid"))",
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
      WHERE \(mayChange("w.workspace_id", user: "$1")) AND ($1 IS NOT NULL OR w.name = 'default')
      ORDER BY w.name = 'default', w.created_at, w.workspace_id LIMIT 1
      """,
      [user]
    )
    guard let workspace = found.string(0, 0) else {
      throw call.failure(
        user.map { "'\($0)' is in no workspace in which it may change anything" }
          ?? "there is no workspace named 'default'; name another one",
        at: "workspace_id"
      )
    }
    return workspace
  }

  /// Refuses a job that the caller may not change.
  func check(job id: String, _ call: NativeCall, _ connection: PostgresConnection) async throws {
    let found = try await connection.query(
      """
      SELECT 1 FROM control.experiment_job j WHERE j.job_id = $1
        AND (j.created_by = $2 OR \(mayChange("j.workspace_id")))
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
    if isAdmin { return }
    let found = try await connection.query(
      "SELECT 1 WHERE \(mayChange("$1::uuid"))",
      [workspace, user]
    )
    guard found.rowCount == 1 else {
      throw call.failure("you may not change anything in that workspace", code: .accessDenied)
    }
  }

  /// The condition that the caller may change things in a workspace; `user` is the parameter that has it.
  private func mayChange(_ workspace: String, user: String = "$2") -> String {
    if isAdmin { return "\(user)::text IS NULL" }
    return """
      CASE WHEN \(user)::text IS NULL
        THEN \(workspace) = (SELECT workspace_id FROM control.workspace WHERE name = 'default')
        ELSE EXISTS (SELECT 1 FROM control.workspace_member m WHERE m.workspace_id = \(workspace)
          AND m.user_id = \(user) AND m.role IN ('owner', 'admin', 'editor')) END
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
