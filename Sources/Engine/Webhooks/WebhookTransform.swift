import JSON

/// What the metadata change about the requests to a webhook and its answers, by templates.
struct WebhookTransform: Sendable {
  private let request: JSONValue?
  private let response: JSONValue?

  /// From an object that may have `request_transform` and `response_transform`.
  init(_ members: JSONObject) {
    request = members["request_transform"]
    response = members["response_transform"]
  }

  /// What templates may refer to.
  func scope(body: JSONValue, url: String, sessionVariables: JSONValue?) -> KritiScope {
    KritiScope(variables: [
      "$body": body, "$base_url": .string(url),
      "$session_variables": sessionVariables ?? .object(JSONObject()),
      "$query_params": .object(JSONObject()),
    ])
  }

  // MARK: - Requests

  func apply(to call: inout WebhookCall, _ scope: KritiScope) throws(KritiError) {
    guard let request else { return }
    if let template = request["url"]?.string { call.url = try scope.text(template) }
    if let method = request["method"]?.string { call.method = method.uppercased() }
    if let parameters = request["query_params"] { try add(parameters, to: &call, scope) }
    if let headers = request["request_headers"] { try change(headers, of: &call, scope) }
    try transformBody(of: &call, request, scope)
  }

  private func transformBody(
    of call: inout WebhookCall,
    _ request: JSONValue,
    _ scope: KritiScope
  ) throws(KritiError) {
    switch request["body"] {
    case .string(let template)?: call.body = try scope.value(template).serialized
    case .object(let body)?:
      switch body["action"]?.string {
      case "remove": call.body = nil
      case "x_www_form_urlencoded":
        var pairs: [String] = []
        for member in body["form_template"]?.object?.members ?? [] {
          let value = try scope.text(member.value.string ?? "")
          pairs.append("\(member.key.percentEncoded)=\(value.percentEncoded)")
        }
        call.body = Array(pairs.joined(separator: "&").utf8)
        set("Content-Type", "application/x-www-form-urlencoded", in: &call)
      default:
        if let template = body["template"]?.string {
          call.body = try scope.value(template).serialized
        }
      }
    default: break
    }
    if request["version"]?.int ?? 1 == 1, let type = request["content_type"]?.string {
      set("Content-Type", type, in: &call)
    }
  }

  private func add(
    _ parameters: JSONValue,
    to call: inout WebhookCall,
    _ scope: KritiScope
  ) throws(KritiError) {
    var query: [String] = []
    switch parameters {
    case .string(let template): query = [try scope.text(template)]
    case .object(let object):
      for member in object.members {
        let name = try scope.text(member.key)
        guard let template = member.value.string else {
          query.append(name.percentEncoded)
          continue
        }
        query.append("\(name.percentEncoded)=\(try scope.text(template).percentEncoded)")
      }
    default: return
    }
    guard !query.isEmpty else { return }
    call.url += (call.url.contains("?") ? "&" : "?") + query.joined(separator: "&")
  }

  private func change(
    _ headers: JSONValue,
    of call: inout WebhookCall,
    _ scope: KritiScope
  ) throws(KritiError) {
    for name in headers["remove_headers"]?.array?.compactMap(\.string) ?? [] {
      call.headers.removeAll { $0.name.lowercased() == name.lowercased() }
    }
    for member in headers["add_headers"]?.object?.members ?? [] {
      set(member.key, try scope.text(member.value.string ?? ""), in: &call)
    }
  }

  private func set(_ name: String, _ value: String, in call: inout WebhookCall) {
    call.headers.removeAll { $0.name.lowercased() == name.lowercased() }
    call.headers.append(WebhookHeaderField(name: name, value: value))
  }

  // MARK: - Answers

  /// Changes the body of an answer; `scope` is that of the request.
  func apply(
    toResponse body: inout [UInt8],
    status: Int,
    _ scope: KritiScope
  ) throws(KritiError) {
    guard let response else { return }
    var scope = scope
    scope.variables["$request"] = [
      "body": scope.variables["$body"] ?? .null, "url": scope.variables["$base_url"] ?? .null,
    ]
    scope.variables["$body"] = (try? JSONValue(parsing: body.span)) ?? .null
    scope.variables["$response"] = [
      "status": .number(JSONNumber(status)), "body": scope.variables["$body"] ?? .null,
    ]
    switch response["body"] {
    case .string(let template)?: body = try scope.value(template).serialized
    case .object(let own)?:
      if own["action"]?.string == "remove" {
        body = []
      } else if let template = own["template"]?.string {
        body = try scope.value(template).serialized
      }
    default: break
    }
  }
}
