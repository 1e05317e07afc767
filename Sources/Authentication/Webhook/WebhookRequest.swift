import HTTP
import JSON

/// What a hook is asked: made of a client's request by Hasura's rules.
enum WebhookRequest {
  /// Headers that are about the client's connection to this server, in small letters.
  private static let ignored: Set<String> = [
    "content-length", "content-md5", "user-agent", "host", "origin", "referer", "accept",
    "accept-encoding", "accept-language", "accept-datetime", "cache-control", "connection", "dnt",
    "content-type",
  ]

  /// Those of one connection only, which would break the request to the hook: RFC 9110 §7.6.1.
  private static let hopByHop: Set<String> = [
    "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade",
  ]

  /// What a hook is told under another name, as it has a header of its own of that name.
  private static let forwarded: [(name: String, as: String)] = [
    ("host", "X-Forwarded-Host"), ("user-agent", "X-Forwarded-User-Agent"),
    ("origin", "X-Forwarded-Origin"),
  ]

  static func make(
    _ configuration: WebhookConfiguration,
    _ headers: HTTPHeaders,
    body: [UInt8]
  ) -> HTTPClientRequest {
    var request = HTTPClientRequest(
      url: configuration.url,
      timeout: configuration.timeout,
      maximumBodyBytes: WebhookConfiguration.maximumAnswerBytes
    )
    if configuration.isPost {
      request.method = .post
      request.headers = [("Content-Type", "application/json")]
      let sent: JSONValue? = configuration.sendsRequest ? .some(graphQL(body)) : .none
      request.body = self.body(headers, sent)
    } else {
      request.headers = forwardedHeaders(headers)
    }
    return request
  }

  private static func forwardedHeaders(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for (name, other) in forwarded {
      if let value = headers[name] { fields.append((other, value)) }
    }
    headers.forEachAsSent { name, value in
      let key = name.lowercased()
      guard !ignored.contains(key), !hopByHop.contains(key),
        !forwarded.contains(where: { $0.as.lowercased() == key })
      else { return }
      fields.append((name, value))
    }
    return fields
  }

  private static func body(_ headers: HTTPHeaders, _ request: JSONValue?) -> [UInt8] {
    var fields = JSONObject()
    headers.forEachAsSent { name, value in fields[name] = .string(value) }
    var object = JSONObject()
    object.append("headers", .object(fields))
    if let request { object.append("request", request) }
    return JSONValue.object(object).serialized
  }

  /// The GraphQL request of a body, or the list of them; null where it is none.
  private static func graphQL(_ body: [UInt8]) -> JSONValue {
    guard let value = try? JSONValue(parsing: body.span) else { return .null }
    switch value {
    case .object(let object): return graphQL(object) ?? .null
    case .array(let elements):
      let requests = elements.compactMap { $0.object.flatMap(graphQL) }
      return requests.count == elements.count ? .array(requests) : .null
    default: return .null
    }
  }

  private static func graphQL(_ object: JSONObject) -> JSONValue? {
    guard case .string? = object["query"] else { return nil }
    var request = JSONObject()
    for name in ["operationName", "query", "variables"] {
      if let member = object[name], !member.isNull { request.append(name, member) }
    }
    return .object(request)
  }
}
