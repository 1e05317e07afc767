package import JSON

extension NativeQuery {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("NativeQueryMetadata")
    rootField = try cursor.required("root_field_name").graphQLName()
    code = try cursor.required("code").string()
    let returned = try cursor.required("returns")
    if case .object = returned.value {
      inlineModel = try LogicalModel(inlineIn: returned, of: rootField)
      model = rootField
    } else {
      model = try returned.string()
    }
    description =
      try (cursor.optional("description") ?? cursor.optional("comment"))?.string()
    inlineModel?.description = description
    arguments = []
    if let list = cursor.optional("arguments") {
      for member in try list.object("Arguments").members {
        let argument = try list.required(member.key)
        arguments.append(
          Argument(
            name: member.key,
            type: try argument.required("type").string(),
            isNullable: try argument.optional("nullable")?.bool() ?? false,
            description: try argument.optional("description")?.string()
          )
        )
      }
    }
    objectRelationships = try cursor.list(
      "object_relationships",
      Relationship.init(decodingOfQuery:)
    )
    try cursor.checkUnique("object_relationships", objectRelationships.map(\.name))
    arrayRelationships = try cursor.list(
      "array_relationships",
      Relationship.init(decodingOfQuery:)
    )
    try cursor.checkUnique("array_relationships", arrayRelationships.map(\.name))
    do throws(CodeFailure) {
      _ = try parts()
    } catch {
      throw cursor.failure(error.message)
    }
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    var list = JSONObject()
    for argument in arguments {
      var encoded = JSONObject()
      encoded.append("nullable", .bool(argument.isNullable))
      encoded.append("type", .string(argument.type))
      if let description = argument.description {
        encoded.append("description", .string(description))
      }
      list.append(argument.name, .object(encoded))
    }
    object.append("arguments", .object(list))
    append(arrayRelationships, "array_relationships", to: &object)
    object.append("code", .string(code))
    if let description { object.append("description", .string(description)) }
    append(objectRelationships, "object_relationships", to: &object)
    var model = inlineModel
    model?.description = nil
    object.append("returns", model?.encodedInline() ?? .string(self.model))
    object.append("root_field_name", .string(rootField))
    return .object(object)
  }

  private func append(_ list: [Relationship], _ key: String, to object: inout JSONObject) {
    guard !list.isEmpty else { return }
    let sorted = list.sorted { $0.name.precedes($1.name) }
    object.append(key, .array(sorted.map { $0.encodedOfQuery() }))
  }
}

extension Relationship {
  /// One of a native query: `using` is the mapping itself.
  init(decodingOfQuery cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("RelDef")
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      using: try Using(manual: cursor.required("using")),
      comment: try cursor.optional("comment")?.string()
    )
  }

  func encodedOfQuery() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("using", using.encodedMapping ?? .null)
    if let comment { object.append("comment", .string(comment)) }
    return .object(object)
  }
}
