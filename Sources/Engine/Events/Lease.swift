import PostgresClient

/// The right to do what one of several servers does for all: held for some seconds, and held on to.
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
    case held
    /// Another one's.
    case lost
    /// The database did not say.
    case unknown
  }

  func take() async -> Answer {
    let rows = try? await pool.execute(
      QueryBatch(Self.taking, parameters),
      access: .write
    )[0]
    guard let rows else { return .unknown }
    return rows.rowCount == 1 ? .held : .lost
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

  private static let taking = PreparedQuery(
    """
    insert into hdb_catalog.apus_leases as l (name, holder, until)
    values ($1, $2::uuid, now() + interval '5 seconds')
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where l.holder = excluded.holder or l.until < now()
    returning true
    """
  )
  private static let givingBack = PreparedQuery(
    "delete from hdb_catalog.apus_leases where name = $1 and holder = $2::uuid"
  )
}
