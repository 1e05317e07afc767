/// A command line or an environment that cannot be followed: one line, and exit status 2.
struct UsageError: Error, Hashable {
  static let exitStatus: Int32 = 2

  var message: String

  init(_ message: String) {
    self.message = message
  }
}
