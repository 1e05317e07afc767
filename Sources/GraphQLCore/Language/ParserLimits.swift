/// What a document may not exceed; counted before memory or stack is spent on it.
package struct ParserLimits: Hashable, Sendable {
  /// Tokens, comments not among them.
  package var maximumTokens: Int
  /// Selection sets, lists, objects and list types inside each other.
  package var maximumDepth: Int
  package var maximumBytes: Int

  package init(
    maximumTokens: Int = 10_000,
    maximumDepth: Int = 200,
    maximumBytes: Int = 1 << 20
  ) {
    self.maximumTokens = maximumTokens
    self.maximumDepth = maximumDepth
    self.maximumBytes = maximumBytes
  }

  /// For documents of our own, such as a schema's file: only the depth is limited.
  package static var trusted: ParserLimits {
    ParserLimits(maximumTokens: .max, maximumBytes: Int(Int32.max))
  }
}
