package import Catalog
package import JSON

/// The types that actions take and return beside those of the databases.
package struct CustomTypes: Hashable, Sendable {
  package struct Scalar: Hashable, Sendable {
    package var name: String
    package var description: String?
  }

  package struct EnumValue: Hashable, Sendable {
    package var value: String
    package var description: String?
    package var isDeprecated: Bool
  }

  package struct Enum: Hashable, Sendable {
    package var name: String
    package var description: String?
    package var values: [EnumValue]
  }

  package struct Field: Hashable, Sendable {
    package var name: String
    package var description: String?
    package var type: TypeText
  }

  package struct InputObject: Hashable, Sendable {
    package var name: String
    package var description: String?
    package var fields: [Field]
  }

  /// From an object to rows of a table whose columns equal fields of the object.
  package struct Relationship: Hashable, Sendable {
    package var name: String
    package var isArray: Bool
    package var source: String
    package var table: TableName
    /// Fields to columns.
    package var mapping: [(field: String, column: String)]

    package static func == (left: Relationship, right: Relationship) -> Bool {
      left.name == right.name && left.isArray == right.isArray && left.source == right.source
        && left.table == right.table && left.mapping.elementsEqual(right.mapping, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      hasher.combine(table)
    }
  }

  package struct Object: Hashable, Sendable {
    package var name: String
    package var description: String?
    package var fields: [Field]
    package var relationships: [Relationship]
  }

  package var scalars: [Scalar] = []
  package var enums: [Enum] = []
  package var inputObjects: [InputObject] = []
  package var objects: [Object] = []

  package init() {}

  package var isEmpty: Bool { self == CustomTypes() }
}

extension CustomTypes {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("CustomTypes")
    scalars = try cursor.list("scalars") { scalar throws(MetadataError) in
      Scalar(
        name: try scalar.required("name").graphQLName(),
        description: try scalar.optional("description")?.string()
      )
    }
    enums = try cursor.list("enums", Enum.init(decoding:))
    inputObjects = try cursor.list("input_objects") { object throws(MetadataError) in
      InputObject(
        name: try object.required("name").graphQLName(),
        description: try object.optional("description")?.string(),
        fields: try CustomTypes.fields(of: object)
      )
    }
    objects = try cursor.list("objects") { object throws(MetadataError) in
      Object(
        name: try object.required("name").graphQLName(),
        description: try object.optional("description")?.string(),
        fields: try CustomTypes.fields(of: object),
        relationships: try object.list("relationships", Relationship.init(decoding:))
      )
    }
  }

  private static func fields(of object: JSONCursor) throws(MetadataError) -> [Field] {
    let list = try object.required("fields")
    let fields = try list.map { field throws(MetadataError) in
      Field(
        name: try field.required("name").graphQLName(),
        description: try field.optional("description")?.string(),
        type: try TypeText(decoding: field.required("type"))
      )
    }
    guard !fields.isEmpty else {
      throw list.failure("parsing NonEmpty failed, unexpected empty list")
    }
    return fields
  }

  /// As the document has them; with `isComplete` also what is empty, as messages show them.
  package func encoded(isComplete: Bool = false) -> JSONValue {
    var object = JSONObject()
    func text(_ description: String?, in object: inout JSONObject) {
      if let description {
        object.append("description", .string(description))
      } else if isComplete {
        object.append("description", .null)
      }
    }
    func add(_ key: String, _ list: [JSONValue]) {
      if isComplete || !list.isEmpty { object.append(key, .array(list)) }
    }
    func field(_ field: Field, hasArguments: Bool) -> JSONValue {
      var encoded = JSONObject()
      if hasArguments && isComplete { encoded.append("arguments", .null) }
      encoded.append("name", .string(field.name))
      encoded.append("type", .string(field.type.text))
      text(field.description, in: &encoded)
      return .object(encoded)
    }
    add(
      "input_objects",
      inputObjects.map { input in
        var encoded = JSONObject()
        encoded.append("name", .string(input.name))
        text(input.description, in: &encoded)
        encoded.append("fields", .array(input.fields.map { field($0, hasArguments: false) }))
        return .object(encoded)
      }
    )
    add(
      "objects",
      objects.map { own in
        var encoded = JSONObject()
        encoded.append("name", .string(own.name))
        text(own.description, in: &encoded)
        encoded.append("fields", .array(own.fields.map { field($0, hasArguments: true) }))
        if isComplete || !own.relationships.isEmpty {
          encoded.append(
            "relationships",
            .array(own.relationships.map { $0.encoded(isComplete: isComplete) })
          )
        }
        return .object(encoded)
      }
    )
    add(
      "scalars",
      scalars.map { scalar in
        var encoded = JSONObject()
        encoded.append("name", .string(scalar.name))
        text(scalar.description, in: &encoded)
        return .object(encoded)
      }
    )
    add(
      "enums",
      enums.map { own in
        var encoded = JSONObject()
        encoded.append("name", .string(own.name))
        text(own.description, in: &encoded)
        encoded.append(
          "values",
          .array(
            own.values.map { value in
              var encoded = JSONObject()
              encoded.append("value", .string(value.value))
              text(value.description, in: &encoded)
              if value.isDeprecated || isComplete {
                encoded.append(
                  "is_deprecated",
                  value.isDeprecated ? .bool(true) : .null
                )
              }
              return .object(encoded)
            }
          )
        )
        return .object(encoded)
      }
    )
    return .object(object)
  }
}

extension CustomTypes.Enum {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    name = try cursor.required("name").graphQLName()
    description = try cursor.optional("description")?.string()
    let list = try cursor.required("values")
    values = try list.map { value throws(MetadataError) in
      CustomTypes.EnumValue(
        value: try value.required("value").graphQLName(),
        description: try value.optional("description")?.string(),
        isDeprecated: try value.optional("is_deprecated")?.bool() ?? false
      )
    }
    guard !values.isEmpty else {
      throw list.failure("parsing NonEmpty failed, unexpected empty list")
    }
  }
}

extension CustomTypes.Relationship {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    name = try cursor.required("name").nonEmptyString()
    let kind = try cursor.required("type")
    switch try kind.string() {
    case "object": isArray = false
    case "array": isArray = true
    default: throw kind.failure("expecting either 'object' or 'array'")
    }
    source = try cursor.optional("source")?.nonEmptyString() ?? "default"
    table = try TableName(decoding: cursor.required("remote_table"))
    let mapping = try cursor.required("field_mapping")
    self.mapping = []
    for member in try mapping.object("field_mapping").members {
      self.mapping.append((member.key, try mapping.required(member.key).string()))
    }
  }

  func encoded(isComplete: Bool) -> JSONValue {
    let table: JSONValue =
      isComplete || self.table.schema != "public"
      ? ["schema": .string(self.table.schema), "name": .string(self.table.name)]
      : self.table.encoded()
    return [
      "remote_table": table, "name": .string(name), "source": .string(source),
      "type": isArray ? "array" : "object",
      "field_mapping": .object(
        JSONObject(mapping.map { JSONObject.Member(key: $0.field, value: .string($0.column)) })
      ),
    ]
  }
}
