/// Takes secrets out of texts that others will read.
package struct Redaction: Sendable {
  private let secrets: [String]

  /// Short values are no secrets, and would make holes in every text.
  package init(_ secrets: [String] = []) {
    self.secrets = secrets.filter { $0.utf8.count >= 6 }.sorted { $0.utf8.count > $1.utf8.count }
  }

  package func apply(_ text: String) -> String {
    var text = text
    for secret in secrets {
      // From the front, so that what was replaced is not looked at again.
      var result = ""
      var rest = text[...]
      while let found = rest.firstRange(of: secret) {
        result += rest[..<found.lowerBound] + "***"
        rest = rest[found.upperBound...]
      }
      text = result + rest
    }
    return text
  }
}
