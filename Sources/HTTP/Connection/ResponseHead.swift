/// The status line and the fields of an answer, as bytes.
enum ResponseHead {
  /// Appends a head with its empty line.
  static func append(
    _ response: HTTPResponse,
    minorVersion: UInt8,
    isPersistent: Bool,
    date: DateField,
    to bytes: inout [UInt8]
  ) {
    if response.status == 200 {
      bytes.append(contentsOf: date.okBytes)
    } else {
      bytes.append("HTTP/1.1 \(response.status) \(HTTPStatus.reason(response.status))\r\n")
      bytes.append(contentsOf: date.bytes)
    }
    for (name, value) in response.headers where !isOurs(name) {
      bytes.append(field: name)
      bytes.append(": ")
      bytes.append(field: value)
      bytes.append("\r\n")
    }
    if case .stream? = response.takeover {
      if minorVersion > 0 { bytes.append("transfer-encoding: chunked\r\n") }
    } else if HTTPStatus.hasBody(response.status) {
      bytes.append("content-length: ")
      bytes.append(decimal: response.body.count)
      bytes.append("\r\n")
    }
    if response.status == 101 || response.status == 426 && isPersistent {
      bytes.append("connection: upgrade\r\n")
    } else if !isPersistent {
      bytes.append("connection: close\r\n")
    } else if minorVersion == 0 {
      bytes.append("connection: keep-alive\r\n")
    }
    bytes.append("\r\n")
  }

  /// Whether a field says how the answer is framed or sent, which is the server's to say.
  private static func isOurs(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: name.isSameHeaderName(as: "date")
    case 10: name.isSameHeaderName(as: "connection")
    case 14: name.isSameHeaderName(as: "content-length")
    case 17: name.isSameHeaderName(as: "transfer-encoding")
    default: false
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }

  /// Text of a header field; a control character in it, as a line end, becomes a space.
  fileprivate mutating func append(field text: String) {
    let start = count
    append(text)
    if text.utf8Span.span.hasNoControls { return }
    for index in start..<count
    where self[index] < 0x20 && self[index] != 0x09 || self[index] == 0x7F {
      self[index] = 0x20
    }
  }

  fileprivate mutating func append(decimal number: Int) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = 20
    var rest = number.magnitude
    repeat {
      first -= 1
      digits[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { append(0x2D) }
    for index in first..<20 { append(digits[index]) }
  }
}
