/// A media type of a header, with its parameters: `application/json; charset=utf-8`.
struct MediaType: Hashable, Sendable {
  /// `type/subtype` in lower case.
  var name: String
  /// Names in lower case; values as they stand, without quotes.
  var parameters: [Parameter]

  struct Parameter: Hashable, Sendable {
    var name: String
    var value: String
  }

  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    let name = MediaType.trimmed(parts[0]).lowercased()
    let slash = name.split(separator: "/", omittingEmptySubsequences: false)
    guard slash.count == 2, slash.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
      return nil
    }
    self.name = name
    parameters = parts.dropFirst().compactMap { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { return nil }
      var value = MediaType.trimmed(pair[1])
      if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
        value = String(value.dropFirst().dropLast())
      }
      return Parameter(name: MediaType.trimmed(pair[0]).lowercased(), value: value)
    }
  }

  subscript(parameter: String) -> String? {
    parameters.first { $0.name == parameter }?.value
  }

  /// Whether a request body of this type is JSON in UTF-8: the one that is accepted.
  ///
  /// A page of a foreign origin can send the types of HTML forms without asking the server first;
  /// for this one, the browser asks.
  var isJSON: Bool {
    guard name == "application/json" else { return false }
    let charset = self["charset"]?.lowercased()
    return charset == nil || charset == "utf-8" || charset == "utf8"
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
