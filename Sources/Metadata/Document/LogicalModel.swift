package import JSON

/// The shape of rows that are no table's: what a native query returns, and who may see it.
package struct LogicalModel: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package var name: String
    /// The name of a scalar type of PostgreSQL, as SQL or GraphQL has it.
    package var type: String
    package var isNullable: Bool
    package var description: String?
  }

  package var name: String
  package var description: String?
  package var fields: [Field]
  package var selectPermissions: [Permission<SelectPermission>]
}

/// SQL with arguments, whose rows are of a logical model.
package struct NativeQuery: Hashable, Sendable {
  package struct Argument: Hashable, Sendable {
    package var name: String
    package var type: String
    package var isNullable: Bool
    package var description: String?
  }

  /// What the code is made of.
  package enum Part: Hashable, Sendable {
    case text(String)
    /// An argument, by its index.
    case argument(Int)
  }

  package var rootField: String
  package var code: String
  package var arguments: [Argument]
  /// The name of the logical model.
  package var model: String
  package var description: String?
}

extension NativeQuery {
  /// The code with the places of its arguments; throws the name of one that is not declared.
  package func parts() throws(UnknownArgument) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(code)
    while let start = rest.indexOf("{{") {
      let after = rest.index(start, offsetBy: 2)
      guard let end = rest[after...].indexOf("}}") else { break }
      parts.append(.text(String(rest[..<start])))
      let name = rest[after..<end].filter { !$0.isWhitespace }
      guard let index = arguments.firstIndex(where: { $0.name == name }) else {
        throw UnknownArgument(name: name)
      }
      parts.append(.argument(index))
      rest = rest[rest.index(end, offsetBy: 2)...]
    }
    parts.append(.text(String(rest)))
    return parts
  }

  package struct UnknownArgument: Error {
    package let name: String
  }
}

extension Substring {
  fileprivate func indexOf(_ text: String) -> Index? {
    var position = startIndex
    while position < endIndex {
      if self[position...].hasPrefix(text) { return position }
      position = index(after: position)
    }
    return nil
  }
}

// MARK: - Coding

extension LogicalModel {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("LogicalModelMetadata")
    name = try cursor.required("name").graphQLName()
    description = try cursor.optional("description")?.string()
    fields = try cursor.required("fields").map(Field.init(decoding:))
    try cursor.checkUnique("fields", fields.map(\.name))
    selectPermissions = try cursor.list("select_permissions", Permission.init(decoding:))
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("fields", .array(fields.map { $0.encoded() }))
    if let description { object.append("description", .string(description)) }
    if !selectPermissions.isEmpty {
      let sorted = selectPermissions.sorted { $0.role.precedes($1.role) }
      object.append("select_permissions", .array(sorted.map { $0.encoded() }))
    }
    return .object(object)
  }
}

extension LogicalModel.Field {
  /// The type is a name, or `{"scalar": name, "nullable": bool}`.
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    name = try cursor.required("name").graphQLName()
    description = try cursor.optional("description")?.string()
    let type = try cursor.required("type")
    if case .object = type.value {
      guard let scalar = type.optional("scalar") else {
        throw type.failure(
          "only scalar fields are supported: relationships lead to rows of other kinds"
        )
      }
      self.type = try scalar.string()
      isNullable = try type.optional("nullable")?.bool() ?? false
    } else {
      self.type = try type.string()
      isNullable = try cursor.optional("nullable")?.bool() ?? false
    }
  }

  func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("type", ["scalar": .string(type), "nullable": .bool(isNullable)])
    if let description { object.append("description", .string(description)) }
    return .object(object)
  }
}

extension NativeQuery {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("NativeQueryMetadata")
    rootField = try cursor.required("root_field_name").graphQLName()
    code = try cursor.required("code").string()
    model = try cursor.required("returns").string()
    description =
      try (cursor.optional("description") ?? cursor.optional("comment"))?.string()
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
    do throws(UnknownArgument) {
      _ = try parts()
    } catch {
      throw cursor.failure("the argument \"\(error.name)\" of the code is not declared")
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
    object.append("code", .string(code))
    if let description { object.append("description", .string(description)) }
    object.append("returns", .string(model))
    object.append("root_field_name", .string(rootField))
    return .object(object)
  }
}

extension Source {
  /// Those that can be read.
  package var logicalModels: [LogicalModel] {
    (others["logical_models"]?.array ?? []).compactMap {
      try? LogicalModel(decoding: JSONCursor($0))
    }
  }

  package var nativeQueries: [NativeQuery] {
    (others["native_queries"]?.array ?? []).compactMap {
      try? NativeQuery(decoding: JSONCursor($0))
    }
  }
}
