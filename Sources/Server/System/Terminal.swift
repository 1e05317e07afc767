import Glibc

/// The standard streams, written to without buffering.
enum Terminal {
  static func print(_ text: String) { write(text, to: STDOUT_FILENO) }
  /// Text that stays on its line.
  static func printPart(_ text: String) { write(text, to: STDOUT_FILENO, endsLine: false) }
  static func printError(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32, endsLine: Bool = true) {
    let isWhole = !endsLine || text.utf8.last == UInt8(ascii: "\n")
    var rest = Array((isWhole ? text : text + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }
}
