import Engine
import EventLoop
import PostgresClient
import Resolvers

/// Runs `pg_dump` over the database of a source, for `/v1alpha1/pg_dump`.
struct DatabaseDump: Sendable {
  let target: ConnectionString

  /// The dump; `clean` takes out what a migration has no use for.
  ///
  /// The password goes through the environment, where no list of processes shows it.
  func run(
    _ options: [String],
    clean: Bool,
    on loop: EventLoop
  ) async throws(RequestError) -> [UInt8] {
    for option in options where !Self.isAllowed(option) {
      throw RequestError(
        .badRequest,
        "the option \(option) of pg_dump is not allowed: it says where the database is, or where the "
          + "dump goes"
      )
    }
    var process = ChildProcess("pg_dump", options + ["--no-password"])
    process.environment = environment
    process.timeout = .seconds(600)
    let program = process
    let outcome: ChildProcess.Outcome
    do {
      outcome = try await loop.offload { () throws(ChildProcess.Failure) in try program.run() }
    } catch {
      throw RequestError(
        .unexpected,
        "internal exception while executing pg_dump: \(error.description)",
        status: 500
      )
    }
    guard outcome.isSuccess else {
      throw RequestError(
        .unexpected,
        "error while executing pg_dump: \(outcome.lastLine)",
        status: 500
      )
    }
    return clean ? Self.cleaned(outcome.text) : outcome.output
  }

  /// libpq's variables for what the URL says.
  private var environment: [String: String] {
    let names = [
      "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE",
      "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE",
      "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
      "options": "PGOPTIONS", "passfile": "PGPASSFILE", "channel_binding": "PGCHANNELBINDING",
    ]
    var environment: [String: String] = [:]
    for (keyword, name) in names {
      if let value = target[keyword] { environment[name] = value }
    }
    return environment
  }

  /// Whether an option says neither where the database is nor where the dump goes, nor starts other
  /// processes.
  private static func isAllowed(_ option: String) -> Bool {
    let refused = [
      "--file", "--host", "--port", "--username", "--dbname", "--password", "--role", "--jobs",
    ]
    if option.hasPrefix("--") {
      let name = option.split(separator: "=").first.map(String.init) ?? option
      // pg_dump takes every unambiguous beginning of a name.
      return name.count < 4 ? false : !refused.contains { $0.hasPrefix(name) }
    }
    guard option.hasPrefix("-"), let letter = option.dropFirst().first else { return true }
    return !"fhpUdWj".contains(letter)
  }

  // MARK: - Cleaning

  /// Lines that Hasura takes out as well.
  private static let dispensable: Set<String> = [
    "SET statement_timeout = 0;", "SET lock_timeout = 0;",
    "SET idle_in_transaction_session_timeout = 0;", "SET client_encoding = 'UTF8';",
    "SET standard_conforming_strings = on;",
    "SELECT pg_catalog.set_config('search_path', '', false);", "SET xmloption = content;",
    "SET client_min_messages = warning;", "SET row_security = off;",
    "SET default_tablespace = '';", "SET default_with_oids = false;",
    "SET default_table_access_method = heap;", "CREATE SCHEMA public;",
    "COMMENT ON SCHEMA public IS 'standard public schema';",
  ]

  private static func cleaned(_ text: String) -> [UInt8] {
    var lines: [UInt8] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("--") || dispensable.contains(String(line)) { continue }
      if line.hasPrefix("CREATE TRIGGER notify_hasura_")
        || line.hasPrefix("CREATE TRIGGER \"notify_hasura_")
      {
        continue
      }
      // pg_dump makes a new key each time, and two dumps of one schema are to be the same text.
      let isKey = line.hasPrefix("\\restrict ") || line.hasPrefix("\\unrestrict ")
      lines += isKey ? Array(line.prefix { $0 != " " }.utf8) + " hasura".utf8 : Array(line.utf8)
      lines.append(0x0A)
    }
    return lines
  }
}
