package import JSON

extension RESTEndpoint {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("EndpointMetadata")
    for key in ["name", "url", "methods", "definition", "comment"] { others[key] = nil }
    let methods = try cursor.required("methods")
    let query = try cursor.required("definition").required("query")
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      url: try cursor.required("url").nonEmptyString(),
      methods: try methods.map(Method.init(decoding:)),
      collection: try query.required("collection_name").nonEmptyString(),
      query: try query.required("query_name").nonEmptyString(),
      comment: try cursor.optional("comment")?.string(),
      others: others
    )
    guard !self.methods.isEmpty else {
      throw methods.failure("parsing NonEmpty failed, unexpected empty list")
    }
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    if let comment { object.append("comment", .string(comment)) }
    object.append(
      "definition",
      ["query": ["collection_name": .string(collection), "query_name": .string(query)]]
    )
    object.append("methods", .array(methods.map { .string($0.rawValue) }))
    object.append("name", .string(name))
    object.append("url", .string(url))
    object.append(others, order: [])
    return .object(object)
  }
}

extension RESTEndpoint.Method {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    guard let name = cursor.value.string else {
      throw cursor.failure("Only standard HTTP methods supported")
    }
    guard let method = Self(rawValue: name) else {
      throw cursor.failure("Method \(name) not supported.")
    }
    self = method
  }
}
