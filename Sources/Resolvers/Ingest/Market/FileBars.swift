import EventLoop
import OrderBook

/// Bars out of files of a configured folder.
struct FileBars {
  /// A file as it was read.
  struct Source: Sendable {
    let symbol: String
    let name: String
    let path: FilePath
    let sha256: String
    let bytes: [UInt8]
    let size: Int
    /// Of the provider lean: all that its folder has of the symbol.
    var lean: LeanEquity?
  }

  private static let maximumBytes = 1 << 30

  let settings: ProviderSettings
  let loop: EventLoop

  /// The contents of the files, several at once.
  func read(_ spec: MarketSpec) async throws -> [Source] {
    let folder = try Self.folder(of: spec.provider, settings)
    let expected = Dictionary(
      (spec.manifest?.files ?? []).map { ($0.path, $0.sha256) },
      uniquingKeysWith: { first, _ in first }
    )
    if spec.provider == .lean { return try await leanSources(spec, folder) }
    let sources = try await concurrently(spec.symbols) { symbol in
      let path = try Self.file(of: symbol, spec, folder)
      let bytes = try path.contents()
      guard bytes.count <= Self.maximumBytes else {
        throw JobFailure("bad-file", "\(path.lastComponent) is too large", retries: false)
      }
      let hash = SHA256Digest(of: bytes).description
      if let known = expected[path.lastComponent], known != hash {
        throw JobFailure(
          "manifest",
          "\(path.lastComponent) is not the file that the manifest tells: its hash is \(hash)",
          retries: false
        )
      }
      return Source(
        symbol: symbol,
        name: path.lastComponent,
        path: path,
        sha256: hash,
        // What is packed is read from its file again.
        bytes: spec.provider == .dbn ? [] : bytes,
        size: bytes.count
      )
    }
    let found = Set(sources.map(\.name))
    if let missing = expected.keys.sorted().first(where: { !found.contains($0) }) {
      throw JobFailure(
        "manifest",
        "the manifest tells of \(missing), which belongs to no symbol of the request",
        retries: false
      )
    }
    return sources
  }

  private func leanSources(_ spec: MarketSpec, _ folder: FilePath) async throws -> [Source] {
    try await concurrently(spec.symbols) { symbol in
      let equity = try LeanEquity(
        symbol,
        in: folder,
        window: Self.window(spec),
        isAdjusted: spec.isAdjusted
      )
      return Source(
        symbol: symbol,
        name: "\(symbol.lowercased()).zip",
        path: folder,
        sha256: equity.sha256,
        bytes: [],
        size: equity.files.reduce(0) { $0 + $1.size },
        lean: equity
      )
    }
  }

  private static func window(_ spec: MarketSpec) -> ClosedRange<Int> {
    (spec.from ?? -100_000)...(spec.to ?? 1_000_000)
  }

  /// The bars in them.
  func parse(_ sources: [Source], _ spec: MarketSpec) async throws -> [StagedBars] {
    let window = Self.window(spec)
    return try await concurrently(sources) { source in
      if spec.provider == .dbn {
        do throws(DBNError) {
          return try DBNBars.read(source.path, symbol: source.symbol, window: window)
        } catch {
          throw JobFailure("bad-file", "\(source.name): \(error)", retries: false)
        }
      }
      if let lean = source.lean { return try lean.bars() }
      return try BarFile.read(source.bytes, .named, symbol: source.symbol, window: window)
    }
  }

  /// Whether there are files for all symbols, told before there is a job.
  static func check(_ spec: MarketSpec, _ settings: ProviderSettings) throws {
    let folder = try folder(of: spec.provider, settings)
    for symbol in spec.symbols {
      if spec.provider == .lean {
        try LeanEquity.check(symbol, in: folder, isAdjusted: spec.isAdjusted)
      } else {
        _ = try file(of: symbol, spec, folder)
      }
    }
  }

  private static func folder(
    of provider: MarketSpec.Provider,
    _ settings: ProviderSettings
  ) throws -> FilePath {
    let (folder, variable) =
      provider != .lean
      ? (settings.barsFolder, "APUS_BARS_DIR") : (settings.leanDataFolder, "APUS_LEAN_DATA_DIR")
    guard let folder else {
      throw ProviderDefect("\(variable) is not set: it names the folder of \(provider.rawValue)")
    }
    return folder
  }

  private static func file(
    of symbol: String,
    _ spec: MarketSpec,
    _ folder: FilePath
  ) throws -> FilePath {
    let candidates: [FilePath]
    switch spec.provider {
    case .dbn:
      candidates = [folder.appending("\(symbol).dbn"), folder.appending("\(symbol).dbn.zst")]
    default: candidates = [folder.appending("\(symbol).csv"), folder.appending("bars.csv")]
    }
    guard let found = candidates.first(where: \.exists) else {
      throw ProviderDefect(
        "there is no file \(candidates[0].lastComponent) of \(symbol) in the folder of "
          + spec.provider.rawValue
      )
    }
    return found
  }

  private func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input],
    _ work: @escaping @Sendable (Input) throws -> Output
  ) async throws -> [Output] {
    let loop = loop
    let width = 4
    let chunk = max(1, (inputs.count + width - 1) / width)
    return try await withThrowingTaskGroup(of: (Int, [Output]).self) { tasks in
      for start in stride(from: 0, to: inputs.count, by: chunk) {
        let part = Array(inputs[start..<min(start + chunk, inputs.count)])
        tasks.addTask {
          (start, try await loop.offload { try part.map { try work($0) } })
        }
      }
      var parts: [(Int, [Output])] = []
      for try await part in tasks { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }
}
