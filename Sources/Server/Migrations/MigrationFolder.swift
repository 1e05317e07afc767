import Resolvers

/// The migrations of a folder: `NNNN_name.up.sql` and `NNNN_name.down.sql`, in order of their numbers.
struct MigrationFolder: Sendable {
  let path: FilePath
  let migrations: [Migration]

  /// Reads every file and refuses a folder that is not plainly a sequence.
  init(_ path: FilePath) throws {
    self.path = path
    var ups: [Int: FileName] = [:]
    var downs: [Int: FileName] = [:]
    for entry in try path.entries() where entry.hasSuffix(".sql") {
      guard let name = FileName(entry) else { throw MigrationError(.misnamed(entry)) }
      let other = name.isUp ? ups[name.number] : downs[name.number]
      if let other { throw MigrationError(.sameNumber(other.text, name.text)) }
      if name.isUp { ups[name.number] = name } else { downs[name.number] = name }
    }
    for (number, down) in downs where ups[number]?.stem != down.stem {
      throw MigrationError(.downWithoutUp(down.text))
    }
    migrations = try ups.values.sorted { $0.number < $1.number }.map { up in
      Migration(
        number: up.number,
        name: up.stem,
        up: try Migration.File(path.appending(up.text)),
        down: try downs[up.number].map { try Migration.File(path.appending($0.text)) }
      )
    }
    for file in migrations.flatMap({ [$0.up] + ($0.down.map { [$0] } ?? []) }) {
      try refuseTransactionControl(in: file)
    }
  }

  /// A file that ended the transaction it runs in could leave half of itself behind.
  private func refuseTransactionControl(in file: Migration.File) throws(MigrationError) {
    let refused = ["abort", "begin", "commit", "end", "prepare", "rollback", "start"]
    for statement in file.script.statements where refused.contains(statement.keyword) {
      let reason = MigrationError.Reason.transactionControl(
        file: file.path.text,
        line: file.script.place(ofByte: statement.offset).line,
        keyword: statement.keyword.uppercased()
      )
      throw MigrationError(reason)
    }
  }

  /// `0004_bars.up.sql` in its parts.
  private struct FileName {
    let text: String
    let stem: String
    let number: Int
    let isUp: Bool

    init?(_ text: String) {
      self.text = text
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[1] == "up" || parts[1] == "down" else { return nil }
      stem = String(parts[0])
      isUp = parts[1] == "up"
      let words = stem.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
      guard words.count == 2, words[0].count >= 4, words[0].utf8.allSatisfy(isDigit),
        !words[1].isEmpty, let number = Int(words[0])
      else { return nil }
      self.number = number
    }
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
