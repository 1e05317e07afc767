import HTTP

/// Which of the worlds a client lives in, by its header `Accept`.
enum ResponseFormat: Hashable, Sendable {
  /// Hasura's: `application/json` and status 200 whatever happened.
  case hasura
  /// The GraphQL over HTTP draft's: its own media type and status codes.
  case graphQLResponse
  /// Server-sent events, as `graphql-sse` has them.
  case eventStream

  /// Takes the supported type of the highest quality, the first one among equals.
  ///
  /// `*/*`, nothing, and what is not supported at all get JSON: Hasura never looks at the header.
  init(accept: String?) {
    guard let accept, accept.utf8.count > 3 else {
      self = .hasura
      return
    }
    var best = 0.0
    self = .hasura
    for range in accept.split(separator: ",") {
      guard let type = MediaType(range) else { continue }
      let quality = type["q"].map { Double($0) ?? 0 } ?? 1
      guard quality > best, quality <= 1 else { continue }
      switch type.name {
      case "application/graphql-response+json":
        self = .graphQLResponse
        best = quality
      case "text/event-stream":
        self = .eventStream
        best = quality
      case "application/json", "application/*", "*/*":
        self = .hasura
        best = quality
      default: continue
      }
    }
  }

  var contentType: String {
    switch self {
    case .hasura: "application/json; charset=utf-8"
    case .graphQLResponse: "application/graphql-response+json; charset=utf-8"
    case .eventStream: "text/event-stream; charset=utf-8"
    }
  }
}

extension HTTPRequest {
  /// Whether the answer is to be a stream of events.
  var wantsEventStream: Bool {
    // Nearly every request ends here.
    guard let accept = headers["accept"], accept.utf8.count > 16 else { return false }
    return accept.contains("event-stream") && ResponseFormat(accept: accept) == .eventStream
  }
}
