/// What permessage-deflate was agreed to be like, RFC 7692, section 7.1.
///
/// Neither side keeps a window from one message to the next: 300 kilobytes of zlib's for each idle
/// connection would cost more than they save.
package struct DeflateParameters: Hashable, Sendable {
  /// The largest window of what the server sends, 9 to 15 bits.
  package var windowBits: Int
  /// Whether the client asked for a window, and so has to be told.
  private var hasAskedForWindow: Bool

  /// The first offer of a request that can be taken; nil where there is none.
  package init?(offers headers: HTTPHeaders) {
    for field in headers.all("sec-websocket-extensions") {
      for offer in field.split(separator: ",") {
        if let parameters = DeflateParameters(offer: offer) {
          self = parameters
          return
        }
      }
    }
    return nil
  }

  private init?(offer: Substring) {
    let parts = offer.split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.trimmingSpace }
    guard parts.first?.lowercased() == "permessage-deflate" else { return nil }
    windowBits = 15
    hasAskedForWindow = false
    var seen: Set<String> = []
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = pair[0].trimmingSpace.lowercased()
      let value = pair.count > 1 ? DeflateParameters.unquoted(pair[1].trimmingSpace) : nil
      guard seen.insert(name).inserted else { return nil }
      switch (name, value) {
      case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil): break
      case ("client_max_window_bits", nil): break
      case ("client_max_window_bits", let value?):
        guard DeflateParameters.bits(value) != nil else { return nil }
      case ("server_max_window_bits", let value?):
        // zlib cannot deflate in a window of 8 bits.
        guard let bits = DeflateParameters.bits(value), bits > 8 else { return nil }
        windowBits = bits
        hasAskedForWindow = true
      default: return nil
      }
    }
  }

  /// What the answer's field says.
  package var field: String {
    let window = hasAskedForWindow ? "; server_max_window_bits=\(windowBits)" : ""
    return "permessage-deflate; server_no_context_takeover; client_no_context_takeover" + window
  }

  private static func bits(_ text: Substring) -> Int? {
    guard text.utf8.count <= 2, text.first != "0", let bits = Int(text), (8...15).contains(bits)
    else { return nil }
    return bits
  }

  private static func unquoted(_ text: Substring) -> Substring {
    text.count >= 2 && text.first == "\"" && text.last == "\"" ? text.dropFirst().dropLast() : text
  }
}

extension Substring {
  /// Without the blanks and tabs around it.
  var trimmingSpace: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
