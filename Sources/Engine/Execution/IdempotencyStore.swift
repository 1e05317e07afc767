import PostgresClient

/// The answers to mutations that came with an `Idempotency-Key`, kept in PostgreSQL.
///
/// A key is claimed and its answer stored in the transaction that writes, so that either all of it
/// happened or nothing. Keys of different roles and sessions have nothing to do with each other; a
/// digest of the request tells a repetition from another request under the same key.
struct IdempotencyStore {
  /// The text that is no boolean, and so fails the claim of a key that is in use.
  private static let takenMarker = "apus: key in use"

  /// A key as a request gives it, and what it stands for.
  struct Claim {
    /// On whose behalf: the role and the session's variables.
    var scope: [UInt8]
    var key: String
    /// The whole request.
    var request: [UInt8]
    var lifetime: Duration
  }

  static let table = "hdb_catalog.apus_idempotency"
  private static let scope = "sha256(convert_to($1::text, 'UTF8'))"
  private static let digest = "sha256(convert_to($3::text, 'UTF8'))"

  /// Forgets a few keys that have expired, and claims one.
  ///
  /// A second claim of a key waits for the transaction of the first, and then fails.
  static let cleaning = PreparedQuery(
    """
    delete from \(table) where ctid = any(array(
      select ctid from \(table) where expires_at < now() limit 16 for update skip locked))
    """
  )
  static let claiming = PreparedQuery(
    """
    with claimed as (
      insert into \(table) as i (scope, key, request, expires_at)
      values (\(scope), $2, \(digest), now() + make_interval(secs => $4::float8))
      on conflict (scope, key) do update
        set request = excluded.request, answer = null, expires_at = excluded.expires_at
        where i.expires_at < now()
      returning 1)
    select (case when exists (select from claimed) then 't' else '\(takenMarker)' end)::boolean
    """
  )
  static let storing = PreparedQuery(
    "update \(table) set answer = $3 where scope = \(scope) and key = $2"
  )
  static let finding = PreparedQuery(
    """
    select request = \(digest), answer from \(table)
    where scope = \(scope) and key = $2 and expires_at >= now()
    """
  )

  /// What makes the table; several servers may do so at once.
  static let layout = [
    "select pg_advisory_xact_lock(hashtext('hdb_catalog'))",
    "create schema if not exists hdb_catalog",
    """
    create table if not exists \(table) (
      scope bytea not null, key text not null, request bytea not null, answer text,
      expires_at timestamptz not null, primary key (scope, key))
    """,
    "create index if not exists apus_idempotency_expires_at on \(table) (expires_at)",
  ]
}

extension IdempotencyStore.Claim {
  /// The parameters that claim the key.
  var parameters: Parameters {
    var parameters = finding
    let (seconds, _) = lifetime.components
    parameters.append(text: String(seconds))
    return parameters
  }

  /// The parameters that find what the key stands for.
  var finding: Parameters {
    var parameters = Parameters()
    parameters.append(text: scope)
    parameters.append(text: key)
    parameters.append(text: request)
    return parameters
  }

  /// The parameters that store an answer.
  func storing(_ answer: [UInt8]) -> Parameters {
    var parameters = Parameters()
    parameters.append(text: scope)
    parameters.append(text: key)
    parameters.append(text: answer)
    return parameters
  }
}
