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

  /// The bars in them.
  func parse(_ sources: [Source], _ spec: MarketSpec) async throws -> [StagedBars] {
    let window = (spec.from ?? -100_000)...(spec.to ?? 1_000_000)
    let folder = settings.leanDataFolder
    return try await concurrently(sources) { source in
      if spec.provider == .dbn {
        do throws(DBNError) {
          return try DBNBars.read(source.path, symbol: source.symbol, window: window)
        } catch {
          throw JobFailure("bad-file", "\(source.name): \(error)", retries: false)
        }
      }
      guard spec.provider == .lean else {
        return try BarFile.read(source.bytes, .named, symbol: source.symbol, window: window)
      }
      let text = try ZipArchive.first(in: source.bytes)
      var bars = try BarFile.read(text, .lean, symbol: source.symbol, window: window)
      if spec.isAdjusted, let folder { try LeanFactors.adjust(&bars, in: folder) }
      return bars
    }
  }

  /// Whether there are files for all symbols, told before there is a job.
  static func check(_ spec: MarketSpec, _ settings: ProviderSettings) throws {
    let folder = try folder(of: spec.provider, settings)
    for symbol in spec.symbols { _ = try file(of: symbol, spec, folder) }
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
    case .lean:
      let daily = folder.appending("equity").appending("usa").appending("daily")
      candidates = [daily.appending("\(symbol.lowercased()).zip")]
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

/// What a price of the past is worth today: LEAN's factor files.
enum LeanFactors {
  /// `date,priceFactor,splitFactor[,…]`: the first row dated on or after a bar is the bar's.
  static func adjust(_ bars: inout StagedBars, in folder: FilePath) throws {
    let file = folder.appending("equity").appending("usa").appending("factor_files")
      .appending("\(bars.symbol.lowercased()).csv")
    guard file.exists else { return }
    var rows: [(day: Int, factor: Double)] = []
    let text = String(decoding: try file.contents(), as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: ",")
      guard fields.count >= 3, let all = Int(fields[0]), let price = Double(fields[1]),
        let split = Double(fields[2]),
        let date = CivilDate(year: all / 10_000, month: all / 100 % 100, day: all % 100)
      else { continue }
      rows.append((date.daysSince1970, price * split))
    }
    rows.sort { $0.day < $1.day }
    bars.scale { day in rows.first { $0.day >= day }?.factor ?? 1 }
  }
}
