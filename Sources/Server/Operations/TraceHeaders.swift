import Engine
import HTTP

/// The trace that a caller says its request is part of, in the headers that Hasura reads: B3 (several
/// headers or one), or W3C's Trace Context.
enum TraceHeaders {
  /// Nil where no header names a trace, or one names none that is well formed.
  static func read(_ headers: HTTPHeaders) -> TraceContext? {
    if let id = headers["x-b3-traceid"] {
      return trace(id[...], headers["x-b3-spanid"].map { $0[...] })
    }
    for name in ["traceparent", "b3"] {
      guard let header = headers[name] else { continue }
      var parts = header.split(separator: "-", omittingEmptySubsequences: false)[...]
      // The version of the header's own format.
      if name == "traceparent" { parts = parts.dropFirst() }
      guard let id = parts.popFirst(), let span = parts.popFirst() else { return nil }
      return trace(id, span)
    }
    return nil
  }

  /// Trace ids have 128 bits, in B3 also 64; those of spans have 64.
  private static func trace(_ id: Substring, _ span: Substring?) -> TraceContext? {
    guard id.utf8.count == 32 || id.utf8.count == 16, id.isHexadecimal else { return nil }
    guard let span, span.utf8.count == 16, span.isHexadecimal else { return nil }
    return TraceContext(
      traceID: String(repeating: "0", count: 32 - id.utf8.count) + id.lowercased(),
      parentSpanID: span.lowercased()
    )
  }
}

extension Substring {
  /// Whether there are only hexadecimal digits, and not only zeros, which stand for nothing.
  fileprivate var isHexadecimal: Bool {
    utf8.allSatisfy { digit in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
      default: false
      }
    } && utf8.contains { $0 != UInt8(ascii: "0") }
  }
}
