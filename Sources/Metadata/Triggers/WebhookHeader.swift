package import JSON

/// A header that goes with each request to a webhook: its value, or the variable that holds it.
package struct WebhookHeader: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case text(String)
    /// The name of a variable of the environment.
    case variable(String)
  }

  package var name: String
  package var value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}

extension WebhookHeader {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("HeaderConf")
    name = try cursor.required("name").string()
    let (text, variable) = (cursor.optional("value"), cursor.optional("value_from_env"))
    switch (text, variable) {
    case (nil, nil): throw cursor.failure("expecting value or value_from_env keys")
    case (let text?, nil): value = .text(try text.string())
    case (nil, let variable?):
      let name = try variable.string()
      // What configures the server itself is nothing to tell others.
      guard !name.hasPrefix("HASURA_GRAPHQL_") else {
        throw cursor.failure(
          "env variables starting with \"HASURA_GRAPHQL_\" are not allowed in value_from_env: "
            + name
        )
      }
      value = .variable(name)
    default: throw cursor.failure("expecting only one of value or value_from_env keys")
    }
  }

  package func encoded() -> JSONValue {
    switch value {
    case .text(let text): ["name": .string(name), "value": .string(text)]
    case .variable(let variable): ["name": .string(name), "value_from_env": .string(variable)]
    }
  }
}
