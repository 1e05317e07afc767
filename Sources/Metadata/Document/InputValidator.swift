package import JSON

/// The webhook that is asked about what a role is about to write, before anything is written.
package struct InputValidator: Hashable, Sendable {
  /// May have variables of the environment: `{{VARIABLE}}`.
  package var url: String
  package var headers: [WebhookHeader]
  /// Seconds.
  package var timeout: Int
  package var forwardsClientHeaders: Bool

  package static let defaultTimeout = 10

  package init(
    url: String,
    headers: [WebhookHeader] = [],
    timeout: Int = defaultTimeout,
    forwardsClientHeaders: Bool = false
  ) {
    self.url = url
    self.headers = headers
    self.timeout = timeout
    self.forwardsClientHeaders = forwardsClientHeaders
  }
}

extension InputValidator {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("ValidateInput")
    let type = try cursor.required("type").string()
    guard type == "http" else {
      throw cursor.failure("unexpected type of validate_input: \"\(type)\"; \"http\" is expected")
    }
    let definition = try cursor.required("definition")
    _ = try definition.object("ValidateInputHttpDefinition")
    self.init(
      url: try definition.required("url").nonEmptyString(),
      headers: try definition.list("headers", WebhookHeader.init(decoding:)),
      timeout: try definition.optional("timeout")?.nonNegativeInt() ?? Self.defaultTimeout,
      forwardsClientHeaders: try definition.optional("forward_client_headers")?.bool() ?? false
    )
  }

  package func encoded() -> JSONValue {
    var definition = JSONObject()
    if forwardsClientHeaders { definition.append("forward_client_headers", true) }
    if !headers.isEmpty { definition.append("headers", .array(headers.map { $0.encoded() })) }
    if timeout != Self.defaultTimeout { definition.append("timeout", .number(JSONNumber(timeout))) }
    definition.append("url", .string(url))
    return ["type": "http", "definition": .object(definition)]
  }
}
