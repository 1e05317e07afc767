/// An error of execution: the request goes on, with null in its place (§6.4.4).
package struct ExecutionError: Error, Hashable, Sendable {
  package let message: String
  package let locations: [SourceLocation]
  /// nil where the error is of the operation as a whole.
  package let path: ResponsePath?
}
