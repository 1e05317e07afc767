/// Flags of Hasura's community edition that mean nothing here: taken, so that a command line need not be
/// changed, and told in the log.
///
/// Source: spec/hasura.md, section 13. Flags of its paid edition and of databases that are not served are
/// unknown, like a slip of the pen.
enum MeaninglessFlag {
  /// Those with a value, which is the next word unless it stands behind `=`.
  private static let valued: Set<String> = [
    "-s", "--console-assets-dir", "--log-masked-variables", "--metadata-database-extensions-schema",
    "--retries", "--stripes",
  ]
  /// Those whose value stands behind `=` or is one of the words for truth.
  private static let switches: Set<String> = [
    "--enable-console", "--enable-remote-schema-permissions", "--enable-telemetry",
    "--remote-schema-prioritize-data", "--remote-schema-skip-nulls",
  ]

  /// The flag that an argument is, with its value taken from the rest; nil where it is none of these.
  static func take(_ argument: String, _ rest: inout ArraySlice<String>) -> String? {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelling = String(parts[0])
    if valued.contains(spelling) {
      if parts.count == 1 { _ = rest.popFirst() }
      return spelling
    }
    guard switches.contains(spelling) else { return nil }
    if parts.count == 1, let next = rest.first, OptionDefinition.Form.flag.value(of: next) != nil {
      rest.removeFirst()
    }
    return spelling
  }
}
