package import JSON

/// What an `ingest_market_data` asks for, checked.
package struct MarketSpec: Sendable {
  enum Provider: String, CaseIterable, Sendable {
    case csv, lean, dbn, alpaca, polygon, fred

    var isOfFiles: Bool { self == .csv || self == .lean || self == .dbn }
    /// Under which name its data are registered.
    var dataset: String { self == .fred ? "fred.series" : "\(rawValue).daily" }
  }

  enum Mode: String, Sendable {
    /// From where the last run ended.
    case daily
    /// The whole window.
    case backfill
  }

  let provider: Provider
  package let symbols: [String]
  /// Days since 1970.
  let from: Int?
  let to: Int?
  let mode: Mode
  let isAdjusted: Bool
  /// What the files have to be, where the caller says so.
  let manifest: FileManifest?

  package init(_ arguments: JSONObject) throws(StrategyDefect) {
    let name = arguments["provider"]?.string ?? ""
    guard let provider = Provider(rawValue: name) else {
      let names = Provider.allCases.map(\.rawValue).joined(separator: ", ")
      throw StrategyDefect("there is no provider '\(name)'; there are \(names)")
    }
    self.provider = provider
    symbols = (arguments["symbols"]?.array ?? []).compactMap(\.string)
    guard !symbols.isEmpty else { throw StrategyDefect("no symbols are given") }
    guard symbols.count <= 10_000 else { throw StrategyDefect("more than 10000 symbols are given") }
    guard Set(symbols).count == symbols.count else {
      throw StrategyDefect("a symbol is given twice")
    }
    let mode = arguments["mode"]?.string ?? Mode.daily.rawValue
    guard let known = Mode(rawValue: mode) else {
      throw StrategyDefect("there is no mode '\(mode)'; there are daily, backfill")
    }
    self.mode = known
    func day(_ name: String) throws(StrategyDefect) -> Int? {
      guard let value = arguments[name], !value.isNull else { return nil }
      guard let date = value.string.flatMap({ CivilDate($0) }) else {
        throw StrategyDefect("\(name) is no date: \(value.text)")
      }
      return date.daysSince1970
    }
    from = try day("from")
    to = try day("to")
    if let from, let to, to < from {
      throw StrategyDefect("the window ends before it starts")
    }
    if known == .backfill, !provider.isOfFiles, from == nil {
      throw StrategyDefect("a backfill from \(name) wants the day that it begins at, from")
    }
    isAdjusted = arguments["adjusted"]?.bool ?? false
    manifest = try arguments["manifest"].map(FileManifest.init)
    if manifest != nil, provider != .csv {
      throw StrategyDefect("only the provider csv takes a manifest")
    }
    if provider.isOfFiles {
      for symbol in symbols where !Self.isFileName(symbol) {
        throw StrategyDefect("'\(symbol)' can be no file's name")
      }
    }
  }

  /// Whether a text can be a part of a path without leading elsewhere.
  static func isFileName(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix(".")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

/// Which files a delivery has, with their hashes: `{"files": [{"path": "A.csv", "sha256": "…"}]}`.
package struct FileManifest: Hashable, Sendable {
  package struct File: Hashable, Sendable {
    package var path: String
    package var sha256: String
  }

  package var files: [File] = []

  /// What does not fit is told by its place.
  package init(_ value: JSONValue) throws(StrategyDefect) {
    guard let members = value.object else {
      throw StrategyDefect("the manifest has to be an object")
    }
    let known = ["files", "dataset", "description", "created_at"]
    if let other = members.keys.first(where: { !known.contains($0) }) {
      throw StrategyDefect("the manifest cannot have '\(other)'")
    }
    guard let entries = members["files"]?.array, !entries.isEmpty else {
      throw StrategyDefect("the manifest has to have a list 'files'")
    }
    for (index, entry) in entries.enumerated() {
      guard let path = entry["path"]?.string, MarketSpec.isFileName(path) else {
        throw StrategyDefect("files[\(index)].path of the manifest is no name of a file")
      }
      guard let hash = entry["sha256"]?.string, hash.utf8.count == 64,
        hash.utf8.allSatisfy({ byte in
          (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
        })
      else {
        throw StrategyDefect(
          "files[\(index)].sha256 of the manifest is not 64 hexadecimal digits in lower case"
        )
      }
      files.append(File(path: path, sha256: hash))
    }
  }
}
