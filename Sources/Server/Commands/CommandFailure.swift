/// Why a command could not do what it was asked to: one line, and exit status 1.
struct CommandFailure: Error, Hashable, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
