import Engine

/// Paths into json columns out of any bytes: written with quotes, they have the same steps.
enum JSONPathCheck {
  static func run(_ bytes: [UInt8]) {
    guard let path = JSONPathSteps(bytes.span) else { return }
    var text = "$"
    for step in path.steps {
      // No step has both, for one of them has ended it.
      let quote = step.utf8.contains(UInt8(ascii: "\"")) ? "'" : "\""
      text += "[\(quote)\(step)\(quote)]"
    }
    let again = JSONPathSteps(Array(text.utf8).span)
    precondition(again?.steps == path.steps, "quoted, it has other steps")
  }
}
