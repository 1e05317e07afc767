/// A complete head, checked byte by byte around the places that llhttp named.
struct RequestHead: ~Copyable {
  /// Where llhttp saw the target and the names of the fields.
  struct Parts {
    var target = 0..<0
    var names: [Range<Int>] = []

    mutating func removeAll() {
      target = 0..<0
      names.removeAll(keepingCapacity: true)
    }
  }

  /// What follows the head.
  enum Content: Hashable {
    case none
    case bytes(UInt64)
    case chunked
  }

  let request: HTTPRequest
  let content: Content
  let expectsContinue: Bool

  init(bytes: [UInt8], _ parts: Parts, method number: UInt8) throws(HTTPRefusal) {
    guard let method = HTTPMethod(number) else { throw HTTPRefusal(.unknownMethod) }
    let (fields, minorVersion) = try Self.startLine(bytes, parts.target, method)
    let entries = try Self.entries(bytes, parts.names, from: fields)
    let target = try RequestTarget(bytes[parts.target], method)
    (content, expectsContinue) = try Self.framing(bytes, entries, minorVersion)
    request = HTTPRequest(
      method: method,
      path: target.path,
      query: target.query,
      headers: HTTPHeaders(bytes: bytes, entries: entries),
      minorVersion: minorVersion,
      receivedAt: 0
    )
  }

  /// Checks `method SP target SP HTTP/1.x CR LF`; where the fields begin, and x.
  private static func startLine(
    _ bytes: [UInt8],
    _ target: Range<Int>,
    _ method: HTTPMethod
  ) throws(HTTPRefusal) -> (Int, UInt8) {
    let span = bytes.span
    // One empty line before a request is to be ignored: RFC 9112, section 2.2.
    let start = bytes.count > 2 && bytes[0] == 0x0D && bytes[1] == 0x0A ? 2 : 0
    let word = method.rawValue
    let methodEnd = start + word.utf8.count
    let end = target.upperBound + 11
    guard
      !target.isEmpty, target.lowerBound == methodEnd + 1, end <= bytes.count,
      span.extracting(start..<methodEnd).isEqual(to: word.utf8Span.span), bytes[methodEnd] == 0x20
    else { throw HTTPRefusal(.malformed("request line")) }
    let protocolName = " HTTP/1."
    guard
      span.extracting(target.upperBound..<end - 3).isEqual(to: protocolName.utf8Span.span)
    else { throw HTTPRefusal(.unknownVersion) }
    let version = bytes[end - 3] &- 0x30
    guard version < 2 else { throw HTTPRefusal(.unknownVersion) }
    guard bytes[end - 2] == 0x0D, bytes[end - 1] == 0x0A else {
      throw HTTPRefusal(.malformed("request line"))
    }
    return (end, version)
  }

  /// Checks each `name ":" value CR LF` and the empty line at the end.
  ///
  /// A value is all between the colon and the line end before the next name, so it can hold neither
  /// a line end of its own nor a folded line.
  private static func entries(
    _ bytes: [UInt8],
    _ names: [Range<Int>],
    from start: Int
  ) throws(HTTPRefusal) -> [HTTPHeaders.Entry] {
    let span = bytes.span
    let end = bytes.count - 2
    guard end >= start, bytes[end] == 0x0D, bytes[end + 1] == 0x0A else {
      throw HTTPRefusal(.malformed("head"))
    }
    guard names.first?.lowerBound ?? end == start else { throw HTTPRefusal(.malformed("header")) }
    var entries: [HTTPHeaders.Entry] = []
    entries.reserveCapacity(names.count)
    for index in names.indices {
      let name = names[index]
      let lineEnd = index + 1 < names.count ? names[index + 1].lowerBound : end
      var first = name.upperBound + 1
      var last = lineEnd - 2
      guard
        !name.isEmpty, first <= last, bytes[first - 1] == 0x3A,
        bytes[last] == 0x0D, bytes[last + 1] == 0x0A,
        span.extracting(first..<last).hasNoControls
      else { throw HTTPRefusal(.malformed("header")) }
      while first < last, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
      while first < last, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
      entries.append(
        HTTPHeaders.Entry(
          nameStart: UInt32(truncatingIfNeeded: name.lowerBound),
          nameEnd: UInt32(truncatingIfNeeded: name.upperBound),
          valueStart: UInt32(truncatingIfNeeded: first),
          valueEnd: UInt32(truncatingIfNeeded: last)
        )
      )
    }
    return entries
  }

  // MARK: - Fields that say how to read on

  private static func framing(
    _ bytes: [UInt8],
    _ entries: [HTTPHeaders.Entry],
    _ minorVersion: UInt8
  ) throws(HTTPRefusal) -> (Content, expectsContinue: Bool) {
    var hosts = 0
    var length: UInt64?
    var isChunked = false
    var expectsContinue = false
    for entry in entries {
      // The length tells most names apart.
      switch entry.name.count {
      case 4 where HTTPHeaders.isSame(bytes, entry.name, "host"):
        hosts += 1
        guard bytes[entry.value].allSatisfy(mayStandInAHost) else {
          throw HTTPRefusal(.malformed("host"))
        }
      case 6 where HTTPHeaders.isSame(bytes, entry.name, "expect"):
        guard HTTPHeaders.isSame(bytes, entry.value, "100-continue") else {
          throw HTTPRefusal(.unknownExpectation)
        }
        // HTTP/1.0 does not know the answer.
        expectsContinue = minorVersion > 0
      case 14 where HTTPHeaders.isSame(bytes, entry.name, "content-length"):
        guard length == nil, let count = number(bytes[entry.value]) else {
          throw HTTPRefusal(.malformed("content-length"))
        }
        length = count
      case 17 where HTTPHeaders.isSame(bytes, entry.name, "transfer-encoding"):
        guard !isChunked, minorVersion > 0 else {
          throw HTTPRefusal(.malformed("transfer-encoding"))
        }
        guard HTTPHeaders.isSame(bytes, entry.value, "chunked") else {
          throw HTTPRefusal(.unknownTransferCoding)
        }
        isChunked = true
      default:
        break
      }
    }
    guard hosts == 1 || hosts == 0 && minorVersion == 0 else {
      throw HTTPRefusal(.malformed("host"))
    }
    guard !isChunked || length == nil else { throw HTTPRefusal(.malformed("content-length")) }
    if isChunked { return (.chunked, expectsContinue) }
    guard let length, length > 0 else { return (.none, expectsContinue) }
    return (.bytes(length), expectsContinue)
  }

  /// Digits alone, without a sign, a comma or an overflow.
  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    guard !bytes.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in bytes {
      guard byte &- 0x30 < 10 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The characters of `uri-host [ ":" port ]`, RFC 3986.
  private static func mayStandInAHost(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    case UInt8(ascii: "%"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
    case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&")...UInt8(ascii: "+"): true
    case UInt8(ascii: ";"), UInt8(ascii: "="): true
    default: false
    }
  }
}
