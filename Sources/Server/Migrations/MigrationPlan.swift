/// What a folder of migrations and a database's ledger say together.
struct MigrationPlan: Sendable {
  /// A migration as `apus migrate status` lists it.
  struct Status: Sendable, Hashable {
    enum State: Sendable, Hashable {
      case applied(at: String)
      /// Applied, and the file is another one now.
      case edited(at: String)
      /// Applied, and the folder has no such file.
      case missing(at: String)
      case pending
    }

    var name: String
    var state: State
  }

  let statuses: [Status]
  private let migrations: [Migration]
  private let applied: [Int: MigrationLedger.Entry]

  init(_ migrations: [Migration], _ entries: [MigrationLedger.Entry]) {
    self.migrations = migrations
    applied = Dictionary(entries.map { ($0.number, $0) }) { first, _ in first }
    let known = Set(migrations.map(\.number))
    var listed: [(number: Int, status: Status)] = []
    for entry in entries where !known.contains(entry.number) {
      listed.append((entry.number, Status(name: entry.name, state: .missing(at: entry.appliedAt))))
    }
    for migration in migrations {
      let state = Self.state(of: migration, applied[migration.number])
      listed.append((migration.number, Status(name: migration.name, state: state)))
    }
    statuses = listed.sorted { $0.number < $1.number }.map(\.status)
  }

  private static func state(
    of migration: Migration,
    _ entry: MigrationLedger.Entry?
  ) -> Status.State {
    guard let entry else { return .pending }
    return entry.checksum == migration.up.checksum
      ? .applied(at: entry.appliedAt) : .edited(at: entry.appliedAt)
  }

  /// Applied migrations newer than all of the folder: a newer release was here before.
  var ahead: [String] {
    let last = migrations.last?.number ?? 0
    return applied.values.filter { $0.number > last }.map(\.name).sorted()
  }

  /// The next migration to apply, nil when there is none left.
  ///
  /// Throws when the database is not what the folder's files make of it. Migrations ahead of the
  /// folder are no error: during a rolling release the older servers still start.
  func next() throws(MigrationError) -> Migration? {
    let lastKnown = migrations.last?.number ?? 0
    let known = Set(migrations.map(\.number))
    for entry in applied.values.sorted(by: { $0.number < $1.number })
    where entry.number <= lastKnown && !known.contains(entry.number) {
      throw MigrationError(.missing(entry.name))
    }
    for migration in migrations {
      guard let entry = applied[migration.number] else { continue }
      guard entry.name == migration.name else {
        throw MigrationError(.renamed(applied: entry.name, file: migration.name))
      }
      guard entry.checksum == migration.up.checksum else {
        throw MigrationError(.edited(migration.name))
      }
    }
    guard let next = migrations.first(where: { applied[$0.number] == nil }) else { return nil }
    if let last = applied.values.max(by: { $0.number < $1.number }), last.number > next.number {
      throw MigrationError(.outOfOrder(next.name, after: last.name))
    }
    return next
  }

  /// The last applied migration and its way back, nil when none is applied.
  func last() throws(MigrationError) -> (migration: Migration, down: Migration.File)? {
    guard let entry = applied.values.max(by: { $0.number < $1.number }) else { return nil }
    guard let migration = migrations.first(where: { $0.number == entry.number }) else {
      throw MigrationError(.missing(entry.name))
    }
    guard migration.name == entry.name else {
      throw MigrationError(.renamed(applied: entry.name, file: migration.name))
    }
    guard let down = migration.down else { throw MigrationError(.noWayBack(migration.name)) }
    return (migration, down)
  }
}

extension MigrationPlan.Status: CustomStringConvertible {
  /// A line of `apus migrate status`.
  var description: String {
    switch state {
    case .applied(let time): "\(name)  applied \(time)"
    case .edited(let time): "\(name)  applied \(time), edited since"
    case .missing(let time): "\(name)  applied \(time), not in the folder"
    case .pending: "\(name)  pending"
    }
  }
}
