import CMallocCount
import Glibc
import GraphQLCore
import JSON

/// Parses and validates documents against a schema, and prints what each costs, a JSON object a line.
///
/// `language-benchmark SCHEMA DOCUMENT...`, which are files; `Benchmarks/language.py` calls it.
@main struct LanguageBenchmark {
  static func main() throws {
    let files = CommandLine.arguments.dropFirst()
    guard let first = files.first, files.count > 1 else {
      fail("usage: language-benchmark SCHEMA DOCUMENT...")
    }
    let schema = try Schema(parsing: String(decoding: read(first), as: UTF8.self))
    for file in files.dropFirst() {
      let source = read(file)
      // A document of 100 kB has more tokens than a request may have.
      let document = try Document(parsing: source, limits: .trusted)
      let errors = validate(document, against: schema)
      guard errors.isEmpty else {
        fail("\(file) is not valid: \(errors.map(\.message).joined(separator: " "))")
      }
      let parse = Measurement { _ = try? Document(parsing: source, limits: .trusted) }
      let validation = Measurement { _ = validate(document, against: schema) }
      print(
        ([
          "document": .string(file), "bytes": .number(JSONNumber(source.count)),
          "parse": parse.json, "validate": validation.json,
        ] as JSONValue).text
      )
    }
  }

  private static func read(_ path: String) -> [UInt8] {
    guard let stream = fopen(path, "r") else { fail("cannot read \(path)") }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func fail(_ message: String) -> Never {
    let line = Array("\(message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
  }
}

/// What one call costs.
private struct Measurement {
  /// The median of the batches, and the fastest of them, which other work on the machine disturbs
  /// the least.
  let nanoseconds: (median: Int, least: Int)
  let allocations: Int

  /// Thirty batches of at least 10 ms.
  init(_ body: () -> Void) {
    body()
    let before = malloc_count()
    body()
    allocations = Int(malloc_count() - before)
    let clock = ContinuousClock()
    var calls = 1
    func batch() -> Int {
      let time = clock.measure { for _ in 0..<calls { body() } }
      let (seconds, attoseconds) = time.components
      return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
    while batch() < 10_000_000 { calls *= 2 }
    let times = (0..<30).map { _ in batch() / calls }.sorted()
    nanoseconds = (times[times.count / 2], times[0])
  }

  var json: JSONValue {
    [
      "median_ns": .number(JSONNumber(nanoseconds.median)),
      "least_ns": .number(JSONNumber(nanoseconds.least)),
      "allocations": .number(JSONNumber(allocations)),
    ]
  }
}
