import JSON
import PostgresClient

/// Hasura's metadata document in `hdb_catalog`, in Hasura's own layout.
///
/// Each change adds one to the resource version; a change that was made for another version than
/// the stored one is refused, so that two servers cannot overwrite each other.
struct MetadataStore: Sendable {
  struct Stored: Sendable {
    var document: JSONValue
    var resourceVersion: Int
  }

  /// The version of the catalog's layout that Hasura 2 writes.
  private static let catalogVersion = "48"

  /// Where servers hear of a change; Hasura's own look at `hdb_schema_notifications`.
  static let channel = "apus_metadata"

  let pool: PostgresPool

  /// Makes what is missing of the catalog; what is there stays.
  func prepare() async throws(PostgresError) {
    var batch = QueryBatch()
    // Two servers may start at once: CREATE … IF NOT EXISTS alone would let them collide.
    batch.append(sql: "select pg_advisory_xact_lock(hashtext('hdb_catalog'))")
    for statement in Self.layout + ActionLog.layout + Lease.layout + ScheduleLog.layout {
      batch.append(sql: statement)
    }
    _ = try await pool.execute(batch, access: .write)
  }

  /// The stored document; nil before the first is stored.
  func load() async throws(PostgresError) -> Stored? {
    var batch = QueryBatch()
    batch.append(
      sql: "select metadata, resource_version from hdb_catalog.hdb_metadata where id = 1"
    )
    let rows = try await pool.execute(batch)[0]
    guard rows.rowCount == 1, let text = rows.bytes(0, 0), let version = rows.string(0, 1),
      let document = try? JSONValue(parsing: text.span), let number = Int(version)
    else { return nil }
    return Stored(document: document, resourceVersion: number)
  }

  /// The version of the stored document; nil before the first is stored.
  func resourceVersion() async throws(PostgresError) -> Int? {
    var batch = QueryBatch()
    batch.append(sql: "select resource_version from hdb_catalog.hdb_metadata where id = 1")
    let rows = try await pool.execute(batch)[0]
    return rows.rowCount == 1 ? rows.string(0, 0).flatMap { Int($0) } : nil
  }

  /// Says something to all servers that hear.
  func tell(_ text: String) async throws(PostgresError) {
    var parameters = Parameters()
    parameters.append(text: text)
    var batch = QueryBatch()
    batch.append(sql: "select pg_notify('\(Self.channel)', $1)", parameters)
    _ = try await pool.execute(batch, access: .write)
  }

  /// Stores the first document; the one that is there if another server was faster.
  func initialize(_ document: JSONValue) async throws(PostgresError) -> Stored {
    var batch = QueryBatch()
    var parameters = Parameters()
    parameters.append(text: document.serialized)
    batch.append(
      sql: """
        insert into hdb_catalog.hdb_metadata (id, metadata, resource_version) \
        values (1, $1::json, 1) on conflict (id) do nothing
        """,
      parameters
    )
    _ = try await pool.execute(batch, access: .write)
    return try await load() ?? Stored(document: document, resourceVersion: 1)
  }

  /// Replaces the document that has a version; nil where the stored one has another by now, and then none of
  /// the statements before it has been carried out.
  func store(
    _ document: [UInt8],
    replacing version: Int,
    instance: String,
    after statements: [String] = []
  ) async throws(PostgresError) -> Int? {
    var all = QueryBatch()
    var expected = Parameters()
    expected.append(text: String(version))
    all.append(sql: Self.demanding, expected)
    for statement in statements { all.append(sql: statement) }
    all.append(contentsOf: batch(storing: document, replacing: version, instance: instance))
    do {
      let results = try await pool.execute(all, access: .write)
      return Self.version(Array(results[(statements.count + 1)...]))
    } catch {
      if error.statement == 0, error.sqlstate == "22P02" { return nil }
      throw error
    }
  }

  /// Fails, and with it the transaction, unless the stored document has a version; keeps it until the end.
  private static let demanding = """
    select (case when resource_version = $1::integer then 't' else 'another version' end)::boolean
    from hdb_catalog.hdb_metadata where id = 1 for update
    """

  /// The statements of ``store(_:replacing:instance:)``, for a transaction that does more.
  func batch(storing document: [UInt8], replacing version: Int, instance: String) -> QueryBatch {
    var batch = QueryBatch()
    var update = Parameters()
    update.append(text: document)
    update.append(text: String(version))
    batch.append(
      sql: """
        update hdb_catalog.hdb_metadata set metadata = $1::json, \
        resource_version = resource_version + 1 where id = 1 and resource_version = $2::integer \
        returning resource_version
        """,
      update
    )
    var notification = Parameters()
    notification.append(text: instance)
    batch.append(
      sql: """
        insert into hdb_catalog.hdb_schema_notifications \
        (id, notification, resource_version, instance_id, updated_at) \
        select 1, '{"metadata":false,"remote_schemas":[],"sources":[]}'::json, resource_version, \
        $1::uuid, now() from hdb_catalog.hdb_metadata where id = 1 \
        on conflict (id) do update set notification = excluded.notification, \
        resource_version = excluded.resource_version, instance_id = excluded.instance_id, \
        updated_at = excluded.updated_at
        """,
      notification
    )
    return batch
  }

  /// The new version, from the results of the statements; nil where nothing was replaced.
  static func version(_ results: [QueryResult]) -> Int? {
    guard let rows = results.first, rows.rowCount == 1 else { return nil }
    return rows.string(0, 0).flatMap { Int($0) }
  }

  private static let layout = [
    "create schema if not exists hdb_catalog",
    Notices.function,
    """
    create table if not exists hdb_catalog.hdb_version (
      hasura_uuid uuid primary key default gen_random_uuid(),
      version text not null,
      upgraded_on timestamptz not null,
      cli_state jsonb not null default '{}'::jsonb,
      console_state jsonb not null default '{}'::jsonb,
      ee_client_id text,
      ee_client_secret text)
    """,
    """
    create unique index if not exists hdb_version_one_row
      on hdb_catalog.hdb_version ((version is not null))
    """,
    """
    insert into hdb_catalog.hdb_version (version, upgraded_on)
      select '\(catalogVersion)', now() where not exists (select from hdb_catalog.hdb_version)
    """,
    """
    create table if not exists hdb_catalog.hdb_metadata (
      id integer primary key,
      metadata json not null,
      resource_version integer not null default 1 unique)
    """,
    Notices.trigger(on: "hdb_metadata", of: .metadata, when: "true"),
    """
    create table if not exists hdb_catalog.hdb_schema_notifications (
      id integer primary key check (id = 1),
      notification json not null,
      resource_version integer not null default 1,
      instance_id uuid not null,
      updated_at timestamptz default now())
    """,
  ]
}
