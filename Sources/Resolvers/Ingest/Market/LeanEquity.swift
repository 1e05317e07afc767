import JSON

/// What LEAN's folder of data has of a symbol: daily files under each of its names, and factors.
struct LeanEquity: Sendable {
  /// A daily file and the days for which it counts.
  private struct Part: Sendable {
    var file: String
    var days: ClosedRange<Int>
    var bytes: [UInt8]
  }

  let symbol: String
  private var parts: [Part] = []
  private let factors: LeanFactors?
  /// All files that the bars are made of: another factor makes other bars.
  private(set) var files: [(path: String, sha256: String, size: Int)] = []
  /// Files of older names that are not there; there are no bars of those days.
  private(set) var absent: [String] = []

  /// Reads the files that a window needs; what is wrong with one is told by its name.
  init(
    _ symbol: String,
    in folder: FilePath,
    window: ClosedRange<Int>,
    isAdjusted: Bool
  ) throws {
    self.symbol = symbol
    let name = symbol.lowercased()
    let root = Self.root(folder)
    var read: [(path: String, sha256: String, size: Int)] = []
    func contents(_ kind: String, _ file: String) throws -> [UInt8]? {
      let path = root.appending(kind).appending(file)
      guard path.exists else { return nil }
      let bytes = try path.contents()
      read.append(("\(kind)/\(file)", SHA256Digest(of: bytes).description, bytes.count))
      return bytes
    }
    let map = try contents("map_files", "\(name).csv")
    let names = try map.map { try LeanNames($0, name: "map_files/\(name).csv") }
    for span in (names ?? LeanNames(symbol)).spans where span.days.overlaps(window) {
      let file = "\(span.name).zip"
      if let bytes = try contents("daily", file) {
        parts.append(Part(file: file, days: span.days.clamped(to: window), bytes: bytes))
      } else {
        absent.append(file)
      }
    }
    factors =
      isAdjusted
      ? try contents("factor_files", "\(name).csv").map {
        try LeanFactors($0, name: "factor_files/\(name).csv")
      } : nil
    files = read
  }

  private static func root(_ folder: FilePath) -> FilePath {
    folder.appending("equity").appending("usa")
  }

  /// Whether there is what a request needs, told before there is a job.
  static func check(_ symbol: String, in folder: FilePath, isAdjusted: Bool) throws {
    let name = symbol.lowercased()
    guard root(folder).appending("daily").appending("\(name).zip").exists else {
      throw ProviderDefect("there is no file \(name).zip of \(symbol) in the folder of lean")
    }
    guard isAdjusted else { return }
    guard root(folder).appending("factor_files").appending("\(name).csv").exists else {
      throw ProviderDefect(
        "there is no file factor_files/\(name).csv, which adjusted prices of \(symbol) want; "
          + "without adjusted they come as they were traded"
      )
    }
  }

  /// Of all files, by their names.
  var sha256: String {
    let lines = files.map { "\($0.sha256)  \($0.path)\n" }.joined()
    return SHA256Digest(of: Array(lines.utf8)).description
  }

  var manifest: JSONValue {
    .array(
      files.map {
        [
          "path": .string($0.path), "sha256": .string($0.sha256),
          "bytes": .number(JSONNumber($0.size)),
        ]
      }
    )
  }

  func bars() throws(JobFailure) -> StagedBars {
    var bars = StagedBars(symbol: symbol)
    for part in parts {
      do {
        let text = try ZipArchive.first(in: part.bytes)
        bars.append(try BarFile.read(text, .lean, symbol: symbol, window: part.days))
      } catch {
        let reason = (error as? JobFailure)?.message ?? "\(error)"
        throw JobFailure("bad-file", "\(part.file): \(reason)", retries: false)
      }
    }
    if let factors, !bars.adjust(by: factors) {
      throw JobFailure(
        "bad-file",
        "the factors of \(symbol) make prices that are too large",
        retries: false
      )
    }
    return bars
  }
}
