/// A place in a YAML text that cannot be read, or goes beyond a limit.
package struct YAMLError: Error, Hashable, Sendable {
  package var message: String
  /// From 1.
  package var line: Int
  /// From 1, in characters.
  package var column: Int

  package init(_ message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }
}

extension YAMLError: CustomStringConvertible {
  package var description: String { "line \(line), column \(column): \(message)" }
}
