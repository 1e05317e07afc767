package import JSON

/// A field of the root types that a webhook answers.
package struct Action: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case query
    case synchronousMutation
    /// The field answers with an id at once; the result is asked for by that.
    case asynchronousMutation
  }

  package struct Argument: Hashable, Sendable {
    package var name: String
    package var type: TypeText
    package var description: String?
  }

  package struct Role: Hashable, Sendable {
    package var role: String
    package var comment: String?
  }

  package var name: String
  package var kind: Kind
  package var arguments: [Argument]
  package var output: TypeText
  /// A URL with `{{VARIABLE}}` in it, perhaps.
  package var handler: String
  package var headers: [WebhookHeader]
  package var forwardsClientHeaders: Bool
  package var ignoredClientHeaders: [String]
  /// Seconds.
  package var timeout: Int
  package var comment: String?
  package var permissions: [Role]
  /// `request_transform` and `response_transform`, as they came.
  package var transforms: JSONObject
}

extension Action {
  /// The form of the document and of the command.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("ActionMetadata")
    let name = try cursor.required("name").graphQLName()
    let definition = try cursor.required("definition")
    try self.init(name: name, definition: definition)
    comment = try cursor.optional("comment")?.string()
    permissions = try cursor.list("permissions") { permission throws(MetadataError) in
      Role(
        role: try permission.required("role").nonEmptyString(),
        comment: try permission.optional("comment")?.string()
      )
    }
  }

  init(name: String, definition: JSONCursor) throws(MetadataError) {
    let object = try definition.object("ActionDefinition")
    self.name = name
    arguments = try definition.list("arguments") { argument throws(MetadataError) in
      Argument(
        name: try argument.required("name").graphQLName(),
        type: try TypeText(decoding: argument.required("type")),
        description: try argument.optional("description")?.string()
      )
    }
    output = try TypeText(decoding: definition.required("output_type"))
    handler = try definition.required("handler").string()
    headers = try definition.list("headers", WebhookHeader.init(decoding:))
    forwardsClientHeaders = try definition.optional("forward_client_headers")?.bool() ?? false
    ignoredClientHeaders =
      try definition.list("ignored_client_headers") { name throws(MetadataError) in
        try name.string()
      }
    timeout = try definition.optional("timeout")?.int() ?? 30
    let type = try definition.optional("type")?.string() ?? "mutation"
    let kind = try definition.optional("kind")?.string() ?? "synchronous"
    switch (type, kind) {
    case ("query", _): self.kind = .query
    case ("mutation", "synchronous"): self.kind = .synchronousMutation
    case ("mutation", "asynchronous"): self.kind = .asynchronousMutation
    case ("mutation", _):
      throw definition.failure("expecting either 'synchronous' or 'asynchronous'")
    default: throw definition.failure("expected type query or mutation, got: \(type)")
    }
    permissions = []
    transforms = JSONObject()
    for key in ["request_transform", "response_transform"] {
      if let value = object[key], !value.isNull { transforms.append(key, value) }
    }
  }

  package var encodedDefinition: JSONValue {
    var object = JSONObject()
    object.append("handler", .string(handler))
    object.append("output_type", .string(output.text))
    if !arguments.isEmpty {
      object.append(
        "arguments",
        .array(
          arguments.map { argument in
            var encoded = JSONObject()
            encoded.append("name", .string(argument.name))
            encoded.append("type", .string(argument.type.text))
            if let description = argument.description {
              encoded.append("description", .string(description))
            }
            return .object(encoded)
          }
        )
      )
    }
    if !headers.isEmpty { object.append("headers", .array(headers.map { $0.encoded() })) }
    if forwardsClientHeaders { object.append("forward_client_headers", true) }
    if !ignoredClientHeaders.isEmpty {
      object.append("ignored_client_headers", .array(ignoredClientHeaders.map { .string($0) }))
    }
    if timeout != 30 { object.append("timeout", .number(JSONNumber(timeout))) }
    switch kind {
    case .query: object.append("type", "query")
    case .synchronousMutation: object.append("kind", "synchronous")
    case .asynchronousMutation: object.append("kind", "asynchronous")
    }
    for member in transforms.members { object.append(member.key, member.value) }
    return .object(object)
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("definition", encodedDefinition)
    if let comment { object.append("comment", .string(comment)) }
    if !permissions.isEmpty {
      object.append(
        "permissions",
        .array(
          permissions.map { permission in
            var encoded = JSONObject()
            encoded.append("role", .string(permission.role))
            if let comment = permission.comment { encoded.append("comment", .string(comment)) }
            return .object(encoded)
          }
        )
      )
    }
    return .object(object)
  }
}
