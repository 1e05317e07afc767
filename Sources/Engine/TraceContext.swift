package import JSON

/// The distributed trace that a request is part of.
package struct TraceContext: Hashable, Sendable {
  /// 32 hexadecimal digits.
  package var traceID: String
  /// The caller's span: 16 hexadecimal digits.
  package var parentSpanID: String
  /// The request's own span: 16 hexadecimal digits.
  package var spanID: String

  package init(traceID: String, parentSpanID: String) {
    self.traceID = traceID
    self.parentSpanID = parentSpanID
    // Zero stands for none.
    let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
    spanID = String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// The value of `hasura.tracecontext`, which event triggers keep with their events.
  package var json: JSONValue {
    ["trace_id": .string(traceID), "span_id": .string(spanID), "parent_id": .string(parentSpanID)]
  }
}
