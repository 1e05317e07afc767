import PostgresClient

/// The right to do what one of several servers does for all: held for some seconds, and held on to.
///
/// Who has nothing to do lets it rest, so that an idle server writes nothing.
struct Lease: Sendable {
  let pool: PostgresPool
  let name: String
  /// A UUID.
  let holder: String

  static let layout = [
    """
    create table if not exists hdb_catalog.apus_leases (
      name text primary key, holder uuid not null, until timestamptz not null)
    """
  ]

  /// Whose the lease is.
  enum Answer: Hashable, Sendable {
    /// This server's, for five seconds from when it asked.
    case held(after: Former)
    /// Another one's.
    case lost
    /// The database did not say.
    case unknown
  }

  /// Who had the lease before, and what is to be thought of what they left.
  enum Former: String, Hashable, Sendable {
    /// Nobody, or one that gave it back as it ended.
    case nobody
    /// This server: nobody else has had it since.
    case itself
    /// Another one that let it rest, with nothing under way.
    case rested
    /// Another one that was not heard of before its time was over.
    case ended
  }

  /// What the database says of a lease that nobody asks for; equal for as long as nobody takes it.
  enum State: Hashable, Sendable {
    /// Another server holds it.
    case taken
    case free(Former, holder: String)
  }

  func take() async -> Answer {
    let rows = try? await pool.execute(
      QueryBatch(Self.taking, parameters),
      access: .write
    )[0]
    guard let rows else { return .unknown }
    guard rows.rowCount == 1 else { return .lost }
    return .held(after: rows.string(0, 0).flatMap(Former.init) ?? .ended)
  }

  /// Looks whose it is and writes nothing; nil where the database does not say.
  func look() async -> State? {
    let rows = try? await pool.execute(QueryBatch(Self.looking, parameters))[0]
    guard let rows else { return nil }
    guard rows.rowCount == 1 else { return .free(.nobody, holder: "") }
    guard let former = rows.string(0, 0).flatMap(Former.init) else { return .taken }
    return .free(former, holder: rows.string(0, 1) ?? "")
  }

  /// Lets others take it, who see that nothing was under way.
  func rest() async {
    _ = try? await pool.execute(QueryBatch(Self.resting, parameters), access: .write)
  }

  func giveBack() async {
    _ = try? await pool.execute(QueryBatch(Self.givingBack, parameters), access: .write)
  }

  private var parameters: Parameters {
    var parameters = Parameters()
    parameters.append(text: name)
    parameters.append(text: holder)
    return parameters
  }

  private static let former = """
    case when holder = $2::uuid then 'itself' when until = '-infinity' then 'rested'
      when until < now() then 'ended' end
    """
  // Who finds it taken does not lock the row, which would be a write.
  private static let taking = PreparedQuery(
    """
    with former as (
      select \(former) as kind from hdb_catalog.apus_leases where name = $1)
    insert into hdb_catalog.apus_leases as l (name, holder, until)
    select $1, $2::uuid, now() + interval '5 seconds'
    where not exists (select from former where kind is null)
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where l.holder = excluded.holder or l.until < now()
    returning coalesce((select kind from former), 'nobody')
    """
  )
  private static let looking = PreparedQuery(
    "select \(former), holder from hdb_catalog.apus_leases where name = $1"
  )
  private static let resting = PreparedQuery(
    """
    update hdb_catalog.apus_leases set until = '-infinity' where name = $1 and holder = $2::uuid
    """
  )
  private static let givingBack = PreparedQuery(
    "delete from hdb_catalog.apus_leases where name = $1 and holder = $2::uuid"
  )
}
