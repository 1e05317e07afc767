import JSON
import PostgresClient

/// The calls of asynchronous actions and their results, in Hasura's own table.
///
/// One column is ours: until when the server that makes a call holds it, unless it says again that it does.
struct ActionLog: Sendable {
  let pool: PostgresPool

  struct Entry: Sendable {
    var createdAt: String
    var response: JSONValue
    var errors: JSONValue
  }

  /// A call that nobody has made yet.
  struct Pending: Sendable {
    var id: String
    var action: String
    var headers: JSONValue
    var session: JSONValue
    var input: JSONValue
  }

  static let layout = [
    """
    create table if not exists hdb_catalog.hdb_action_log (
      id uuid primary key default gen_random_uuid(),
      action_name text,
      input_payload jsonb not null,
      request_headers jsonb not null,
      session_variables jsonb not null,
      response_payload jsonb null,
      errors jsonb null,
      created_at timestamptz not null default now(),
      response_received_at timestamptz null,
      status text not null,
      check (status in ('created', 'processing', 'completed', 'error')))
    """,
    "alter table hdb_catalog.hdb_action_log add column if not exists apus_until timestamptz",
    Notices.trigger(on: "hdb_action_log", of: .actions, when: "new.status = 'created'"),
  ]

  func insert(
    _ action: String,
    session: JSONValue,
    headers: JSONValue,
    input: JSONValue
  ) async throws(HasuraError) -> String {
    var parameters = Parameters()
    parameters.append(text: Array(action.utf8))
    for value in [session, headers, input] { parameters.append(text: value.serialized) }
    let rows = try await execute(Self.inserting, parameters, .write)
    guard let id = rows.string(0, 0) else {
      throw HasuraError(.unexpected, "the call of the action could not be noted")
    }
    return id
  }

  /// Nil where there is none of the id, or another session made it: `session` is nil for all.
  func entry(
    _ id: String,
    of action: String,
    session: JSONValue?
  ) async throws(HasuraError) -> Entry? {
    var parameters = Parameters()
    parameters.append(text: Array(id.utf8))
    parameters.append(text: Array(action.utf8))
    if let session { parameters.append(text: session.serialized) } else { parameters.appendNull() }
    let rows = try await execute(Self.finding, parameters, .write)
    guard rows.rowCount == 1, let createdAt = rows.string(0, 0) else { return nil }
    return Entry(
      createdAt: createdAt,
      response: Self.json(rows, 0, 1),
      errors: Self.json(rows, 0, 2)
    )
  }

  /// What there is to do about calls, found by reading only.
  struct Outlook: Sendable {
    /// Whether there are calls that nobody makes yet.
    var hasNew: Bool
    /// Whether there are calls that nobody makes any more.
    var hasEnded: Bool
  }

  func look() async throws(PostgresError) -> Outlook {
    let rows = try await pool.execute(QueryBatch(Self.looking))[0]
    return Outlook(hasNew: rows.string(0, 0) == "t", hasEnded: rows.string(0, 1) == "t")
  }

  /// Takes calls over that nobody makes yet.
  func take(_ count: Int) async throws(HasuraError) -> [Pending] {
    var parameters = Parameters()
    parameters.append(text: Array(String(count).utf8))
    let rows = try await execute(Self.taking, parameters, .write)
    return (0..<rows.rowCount).map { row in
      Pending(
        id: rows.string(row, 0) ?? "",
        action: rows.string(row, 1) ?? "",
        headers: Self.json(rows, row, 2),
        session: Self.json(rows, row, 3),
        input: Self.json(rows, row, 4)
      )
    }
  }

  /// Holds on to the calls that are made here.
  func hold(_ ids: [String]) async throws(PostgresError) {
    let batch = QueryBatch(Self.holding, Parameters(json: .array(ids.map { .string($0) })))
    _ = try await pool.execute(batch, access: .write)
  }

  /// Gives calls a result that nobody makes any more.
  ///
  /// Whether their webhooks were asked nobody knows, so that they are not asked again.
  func end() async throws(PostgresError) {
    let batch = QueryBatch(Self.ending, Parameters(json: Self.errors(Self.ended)))
    _ = try await pool.execute(batch, access: .write)
  }

  private static let ended = HasuraError(
    .unexpected,
    "the server that made the call has ended before it could note the answer"
  )

  /// How the log tells of an error.
  static func errors(_ error: HasuraError) -> JSONValue {
    // It may quote an answer with a character in it that `jsonb` does not take.
    let answer = error.answer(.plain, showingInternal: true).replacingZeroCharacters()
    return (try? JSONValue(parsing: answer.span)) ?? .string(error.message)
  }

  func finish(
    _ id: String,
    response: JSONValue?,
    errors: JSONValue?
  ) async throws(PostgresError) {
    var parameters = Parameters()
    parameters.append(text: Array(id.utf8))
    for value in [response, errors] {
      if let value {
        // `jsonb` does not take U+0000.
        parameters.append(text: value.serialized.replacingZeroCharacters())
      } else {
        parameters.appendNull()
      }
    }
    _ = try await pool.execute(QueryBatch(Self.finishing, parameters), access: .write)
  }

  func clear(_ action: String) async throws(HasuraError) {
    var parameters = Parameters()
    parameters.append(text: Array(action.utf8))
    _ = try await execute(Self.clearing, parameters, .write)
  }

  private func execute(
    _ query: PreparedQuery,
    _ parameters: Parameters,
    _ access: Access
  ) async throws(HasuraError) -> QueryResult {
    do {
      return try await pool.execute(QueryBatch(query, parameters), access: access)[0]
    } catch {
      throw HasuraError(error)
    }
  }

  private static func json(_ rows: QueryResult, _ row: Int, _ column: Int) -> JSONValue {
    guard let bytes = rows.bytes(row, column) else { return .null }
    return (try? JSONValue(parsing: bytes.span)) ?? .null
  }

  private static let inserting = PreparedQuery(
    """
    insert into hdb_catalog.hdb_action_log
      (action_name, session_variables, request_headers, input_payload, status)
    values ($1, $2::jsonb, $3::jsonb, $4::jsonb, 'created') returning id
    """
  )
  private static let finding = PreparedQuery(
    """
    select to_json(created_at) #>> '{}', response_payload, errors
    from hdb_catalog.hdb_action_log
    where id = $1::uuid and action_name = $2 and ($3::jsonb is null or session_variables = $3::jsonb)
    """
  )
  private static let taking = PreparedQuery(
    """
    update hdb_catalog.hdb_action_log
    set status = 'processing', apus_until = now() + interval '30 seconds' where id in (
      select id from hdb_catalog.hdb_action_log where status = 'created'
      order by created_at limit $1::int for update skip locked)
    returning id, action_name, request_headers, session_variables, input_payload
    """
  )
  private static let holding = PreparedQuery(
    """
    update hdb_catalog.hdb_action_log set apus_until = now() + interval '30 seconds'
    where id in (select json_array_elements_text($1::json)::uuid) and status = 'processing'
    """
  )
  // Another program that uses the table does not say how long it holds a call.
  private static let isEnded =
    "status = 'processing' and coalesce(apus_until, created_at + interval '1 hour') < now()"
  private static let ending = PreparedQuery(
    """
    update hdb_catalog.hdb_action_log
    set status = 'error', errors = $1::jsonb, response_received_at = now()
    where \(isEnded)
    """
  )
  private static let looking = PreparedQuery(
    """
    select exists (select from hdb_catalog.hdb_action_log where status = 'created'),
      exists (select from hdb_catalog.hdb_action_log where \(isEnded))
    """
  )
  private static let finishing = PreparedQuery(
    """
    update hdb_catalog.hdb_action_log
    set response_payload = $2::jsonb, errors = $3::jsonb, response_received_at = now(),
      status = case when $3::jsonb is null then 'completed' else 'error' end
    where id = $1::uuid
    """
  )
  private static let clearing = PreparedQuery(
    "delete from hdb_catalog.hdb_action_log where action_name = $1"
  )
}
