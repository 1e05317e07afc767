import HTTP

/// Requests out of any bytes: the same however they are cut, and as a plain reader sees them.
enum HTTPRequestCheck {
  private struct Outcome: Equatable {
    var requests: [String] = []
    var isRefused = false
  }

  static func run(_ bytes: [UInt8]) {
    // The first byte says how the others are cut.
    guard let first = bytes.first else { return }
    let input = Array(bytes.dropFirst())
    let whole = outcome(input, piece: .max)
    precondition(whole == outcome(input, piece: 1 + Int(first % 32)), "cut, it is another request")
    precondition(whole == outcome(input, piece: 1), "byte by byte, it is another request")
  }

  private static func outcome(_ input: [UInt8], piece: Int) -> Outcome {
    var limits = HTTPLimits()
    limits.maximumHeadBytes = 2048
    limits.maximumTargetBytes = 1024
    limits.maximumBodyBytes = 4096
    limits.maximumHeaderCount = 16
    let settings = ParserSettings()
    var parser = RequestParser(settings, limits: limits)
    var outcome = Outcome()
    var requestStart = 0
    var start = 0
    while start < input.count && !outcome.isRefused {
      let end = start + min(piece, input.count - start)
      let chunk = Array(input[start..<end])
      var offset = 0
      chunk.withUnsafeBytes { chunk in
        while true {
          switch parser.next(chunk, &offset) {
          case .needsMoreBytes:
            precondition(offset == chunk.count, "bytes are left though it wants more")
            _ = parser.takeExpectation()
            return
          case .refused:
            outcome.isRefused = true
            return
          case .request(let request, let isPersistent):
            checkHead(request, input[requestStart..<(start + offset)])
            precondition(request.body.count <= limits.maximumBodyBytes, "the body is too large")
            _ = ContentCoding(accepted: request.headers)
            outcome.requests.append("\(describe(request)) \(isPersistent)")
            requestStart = start + offset
          }
        }
      }
      start = end
    }
    return outcome
  }

  private static func describe(_ request: HTTPRequest) -> String {
    var text = "\(request.method) \(request.path) \(request.query ?? "-") \(request.minorVersion)"
    request.headers.forEach { text += "\n\($0): \($1)" }
    return text + "\n\(request.body)"
  }

  /// Splits the bytes of a request at CR LF and at the first colon, and nowhere else: that has to
  /// give the same fields.
  private static func checkHead(_ request: HTTPRequest, _ bytes: ArraySlice<UInt8>) {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes.starts(with: [0x0D, 0x0A]) ? bytes.dropFirst(2) : bytes
    while true {
      guard let end = rest.indices.first(where: { rest[$0...].starts(with: [0x0D, 0x0A]) }) else {
        preconditionFailure("the head has no end")
      }
      if end == rest.startIndex { break }
      lines.append(rest[..<end])
      rest = rest[(end + 2)...]
    }
    let target = request.query.map { "\(request.path)?\($0)" } ?? request.path
    let start = "\(request.method.rawValue) \(target) HTTP/1.\(request.minorVersion)"
    let isAbsolute = lines[0].split(separator: 0x20)[1].first.map { $0 != 0x2F && $0 != 0x2A }
    precondition(isAbsolute == true || lines[0].elementsEqual(start.utf8), "another request line")
    precondition(lines.count - 1 == request.headers.count, "another number of fields")
    for line in lines.dropFirst() {
      precondition(
        line.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F },
        "a control character"
      )
      let name = line.prefix { $0 != 0x3A }
      var value = line.dropFirst(name.count + 1).drop { $0 == 0x20 || $0 == 0x09 }
      while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
      let values = request.headers.allBytes(String(decoding: name, as: UTF8.self))
      precondition(values.contains { $0.elementsEqual(value) }, "another field")
    }
  }
}
