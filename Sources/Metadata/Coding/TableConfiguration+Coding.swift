package import JSON

extension TableConfiguration {
  /// `custom_column_names` is the older form of `column_config`, which comes first where both name
  /// a column.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("TableConfig")
    self.init(
      customName: try cursor.optional("custom_name")?.graphQLName(),
      customRootFields: try cursor.optional("custom_root_fields")
        .map(CustomRootFields.init(decoding:)) ?? CustomRootFields(),
      comment: try cursor.optional("comment")?.string()
    )
    if let columns = cursor.optional("column_config") {
      for member in try columns.object("HashMap").members {
        let column = try columns.required(member.key)
        _ = try column.object("ColumnConfig")
        self.columns.append(
          ColumnConfiguration(
            column: member.key,
            customName: try column.optional("custom_name")?.graphQLName(),
            comment: try column.optional("comment")?.string()
          )
        )
      }
    }
    if let names = cursor.optional("custom_column_names") {
      for member in try names.object("HashMap").members {
        let name = try names.required(member.key).graphQLName()
        if let index = columns.firstIndex(where: { $0.column.hasSameBytes(as: member.key) }) {
          columns[index].customName = columns[index].customName ?? name
        } else {
          columns.append(ColumnConfiguration(column: member.key, customName: name))
        }
      }
    }
    columns.removeAll { $0.customName == nil && $0.comment == nil }
    columns.sort { $0.column.precedes($1.column) }
  }

  package func encoded() -> JSONValue {
    var configurations = JSONObject()
    var names = JSONObject()
    for column in columns.sorted(by: { $0.column.precedes($1.column) }) {
      var configuration = JSONObject()
      if let comment = column.comment { configuration.append("comment", .string(comment)) }
      if let name = column.customName {
        configuration.append("custom_name", .string(name))
        names.append(column.column, .string(name))
      }
      configurations.append(column.column, .object(configuration))
    }
    var object = JSONObject()
    object.append("column_config", .object(configurations))
    if let comment { object.append("comment", .string(comment)) }
    object.append("custom_column_names", .object(names))
    if let customName { object.append("custom_name", .string(customName)) }
    object.append("custom_root_fields", customRootFields.encoded())
    return .object(object)
  }
}

extension CustomRootFields {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("Object")
    self.init()
    var names: [String] = []
    var duplicates: [String] = []
    for key in Key.allCases {
      guard let field = cursor.optional(key.rawValue) else { continue }
      let rootField = try RootField(decoding: field)
      if let name = rootField.name {
        if names.contains(name) { duplicates.append(name) } else { names.append(name) }
      }
      if rootField != RootField() { self[key] = rootField }
    }
    guard duplicates.isEmpty else {
      let list = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
      throw cursor.failure("the following custom root field names are duplicated: \(list)")
    }
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    for key in Key.allCases.sorted(by: { $0.rawValue.precedes($1.rawValue) }) {
      guard let field = self[key] else { continue }
      object.append(key.rawValue, field.encoded())
    }
    return .object(object)
  }
}

extension CustomRootFields.RootField {
  /// A name, or `{"name": …, "comment": …}`.
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    switch cursor.value {
    case .string: self.init(name: try cursor.graphQLName())
    case .object:
      self.init(
        name: try cursor.optional("name")?.graphQLName(),
        comment: try cursor.optional("comment")?.string()
      )
    default: throw cursor.failure("Expected a string or an object with the \"name\" key")
    }
  }

  func encoded() -> JSONValue {
    let encodedName: JSONValue = name.map { .string($0) } ?? .null
    guard let comment else { return encodedName }
    return ["comment": .string(comment), "name": encodedName]
  }
}
