import JSON
import Metadata

/// Resolves what the metadata leave to the server's environment.
struct WebhookEnvironment: Sendable {
  let variables: [String: String]

  /// The URL of a webhook; throws a sentence where it cannot be told.
  func url(of webhook: EventTrigger.Webhook) throws(WebhookFailure) -> String {
    switch webhook {
    case .url(let template): try url(template)
    case .variable(let name): try value(of: name)
    }
  }

  /// The text with the values of variables in the places of `{{VARIABLE}}`.
  func url(_ template: String) throws(WebhookFailure) -> String {
    var result = ""
    var rest = Substring(template)
    while let start = rest.firstRange(of: "{{") {
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else { break }
      result += rest[..<start.lowerBound]
      let name = rest[start.upperBound..<end.lowerBound].filter { $0 != " " }
      result += try value(of: String(name))
      rest = rest[end.upperBound...]
    }
    return result + rest
  }

  func headers(_ headers: [WebhookHeader]) throws(WebhookFailure) -> [WebhookHeaderField] {
    var fields: [WebhookHeaderField] = []
    for header in headers {
      let value =
        switch header.value {
        case .text(let text): text
        case .variable(let name): try value(of: name)
        }
      fields.append(WebhookHeaderField(name: header.name, value: value))
    }
    return fields
  }

  private func value(of name: String) throws(WebhookFailure) -> String {
    guard let value = variables[name] else {
      throw WebhookFailure("environment variable '\(name)' not set")
    }
    return value
  }

  /// What goes with every request.
  static let standardHeaders = [
    WebhookHeaderField(name: "Content-Type", value: "application/json"),
    WebhookHeaderField(name: "User-Agent", value: "hasura-graphql-engine/apus"),
  ]

  /// The client's headers that a webhook is told.
  static func forwarded(
    _ headers: [WebhookHeaderField],
    ignoring ignored: [String]
  ) -> [WebhookHeaderField] {
    let ignored = Set(ignored.map { $0.lowercased() })
    var result: [WebhookHeaderField] = []
    for header in headers {
      let name = header.name.lowercased()
      if let told = renamed[name] {
        result.append(WebhookHeaderField(name: told, value: header.value))
      }
      guard !ignored.contains(name), !neverForwarded.contains(name) else { continue }
      result.append(header)
    }
    return result
  }

  /// The first of the headers of each name.
  static func merged(_ headers: [WebhookHeaderField]) -> [WebhookHeaderField] {
    var seen: Set<String> = []
    return headers.filter { seen.insert($0.name.lowercased()).inserted }
  }

  /// Whether a header of a client is the server's own secret.
  static func isSecret(_ name: String) -> Bool {
    ["x-hasura-admin-secret", "x-hasura-access-key"].contains(name.lowercased())
  }

  private static let renamed = [
    "host": "X-Forwarded-Host", "user-agent": "X-Forwarded-User-Agent",
    "origin": "X-Forwarded-Origin",
  ]

  /// What belongs to the client's own connection, and secrets of this server.
  private static let neverForwarded: Set<String> = [
    "content-length", "content-md5", "user-agent", "host", "origin", "referer", "accept",
    "accept-encoding", "accept-language", "accept-datetime", "cache-control", "connection", "dnt",
    "x-hasura-admin-secret", "x-hasura-access-key", "content-type", "transfer-encoding", "upgrade",
    "keep-alive", "te", "trailer", "expect",
  ]
}

extension Substring {
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
