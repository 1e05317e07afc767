/// Why a function cannot be what the document wants of it.
package struct FunctionFailure: Error, Hashable, Sendable {
  /// As Hasura says it.
  package let message: String

  init(_ message: String) {
    self.message = message
  }

  /// `subject because reason`, or all the reasons in a list.
  init(_ subject: String, reasons: [String]) {
    if reasons.count == 1 {
      self.init("\(subject) because \(reasons[0])")
    } else {
      let list = reasons.map { "  • \($0)\n" }.joined()
      self.init("\(subject) for the following reasons:\n\(list)")
    }
  }
}
