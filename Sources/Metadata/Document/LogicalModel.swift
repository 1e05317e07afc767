package import JSON

/// The shape of rows that are no table's: what a native query returns, and who may see it.
package struct LogicalModel: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package var name: String
    package var type: LogicalModelType
    package var description: String?

    /// The name of the scalar type that a value of it has; nil where rows belong to it.
    package var scalar: String? {
      if case .scalar(let name, _) = type { name } else { nil }
    }

    package var isNullable: Bool { type.isNullable }
  }

  package var name: String
  package var description: String?
  package var fields: [Field]
  package var selectPermissions: [Permission<SelectPermission>]

  /// Whether a column of the rows has the name.
  package func hasColumn(_ name: String) -> Bool {
    fields.contains { $0.scalar != nil && $0.name.hasSameBytes(as: name) }
  }
}

/// What a field of a logical model has: a value, or rows of a model, which a relationship of the native
/// query brings.
package indirect enum LogicalModelType: Hashable, Sendable {
  /// A scalar type of PostgreSQL, as SQL or GraphQL has it.
  case scalar(String, isNullable: Bool)
  case model(String, isNullable: Bool)
  case array(LogicalModelType, isNullable: Bool)

  package var isNullable: Bool {
    switch self {
    case .scalar(_, let isNullable), .model(_, let isNullable), .array(_, let isNullable):
      isNullable
    }
  }

  /// The logical model that it speaks of.
  package var model: String? {
    switch self {
    case .scalar: nil
    case .model(let name, _): name
    case .array(let element, _): element.model
    }
  }
}

extension LogicalModel {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("LogicalModelMetadata")
    try self.init(cursor, name: try cursor.required("name").graphQLName())
    description = try cursor.optional("description")?.string()
  }

  /// One that stands where a native query says what it returns, and is called as the query is.
  init(inlineIn cursor: JSONCursor, of query: String) throws(MetadataError) {
    try self.init(cursor, name: query)
  }

  private init(_ cursor: JSONCursor, name: String) throws(MetadataError) {
    self.name = name
    fields = try cursor.required("fields").map(Field.init(decoding:))
    try cursor.checkUnique("fields", fields.map(\.name))
    selectPermissions = try cursor.list("select_permissions", Permission.init(decoding:))
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    appendShape(to: &object)
    return .object(object)
  }

  /// As it stands in a native query.
  func encodedInline() -> JSONValue {
    var object = JSONObject()
    appendShape(to: &object)
    return .object(object)
  }

  private func appendShape(to object: inout JSONObject) {
    object.append("fields", .array(fields.map { $0.encoded() }))
    if let description { object.append("description", .string(description)) }
    guard !selectPermissions.isEmpty else { return }
    let sorted = selectPermissions.sorted { $0.role.precedes($1.role) }
    object.append("select_permissions", .array(sorted.map { $0.encoded() }))
  }
}

extension LogicalModel.Field {
  /// The type is a name, or an object that says what it is and whether it may be null.
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    name = try cursor.required("name").graphQLName()
    description = try cursor.optional("description")?.string()
    let type = try cursor.required("type")
    if case .object = type.value {
      self.type = try LogicalModelType(decoding: type)
    } else {
      self.type = .scalar(
        try type.string(),
        isNullable: try cursor.optional("nullable")?.bool() ?? false
      )
    }
  }

  func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("type", type.encoded())
    if let description { object.append("description", .string(description)) }
    return .object(object)
  }
}

extension LogicalModelType {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    let isNullable = try cursor.optional("nullable")?.bool() ?? false
    if let scalar = cursor.optional("scalar") {
      self = .scalar(try scalar.string(), isNullable: isNullable)
    } else if let model = cursor.optional("logical_model") {
      self = .model(try model.graphQLName(), isNullable: isNullable)
    } else if let element = cursor.optional("array") {
      // The parser of requests bounds how deep lists of lists can be.
      self = .array(try LogicalModelType(decoding: element), isNullable: isNullable)
    } else {
      throw cursor.failure("one of scalar, logical_model and array should be present")
    }
  }

  func encoded() -> JSONValue {
    switch self {
    case .scalar(let name, let isNullable):
      ["scalar": .string(name), "nullable": .bool(isNullable)]
    case .model(let name, let isNullable):
      ["logical_model": .string(name), "nullable": .bool(isNullable)]
    case .array(let element, let isNullable):
      ["array": element.encoded(), "nullable": .bool(isNullable)]
    }
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
