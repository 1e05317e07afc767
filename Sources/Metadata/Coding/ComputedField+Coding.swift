import Catalog
package import JSON

extension ComputedField {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("ComputedFieldMetadata")
    for member in ["name", "definition", "comment"] { others[member] = nil }
    let definition = try cursor.required("definition")
    _ = try definition.object("ComputedFieldDefinition")
    self.init(
      name: try cursor.required("name").nonEmptyString(),
      function: try FunctionName(decoding: definition.required("function")),
      tableArgument: try definition.optional("table_argument")?.string(),
      sessionArgument: try definition.optional("session_argument")?.string(),
      comment: try cursor.optional("comment")?.string(),
      others: others
    )
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("definition", encodedDefinition)
    if let comment { object.append("comment", .string(comment)) }
    object.append(others, order: [])
    return .object(object)
  }

  /// `{"function": …, "session_argument": …, "table_argument": …}`.
  var encodedDefinition: JSONValue {
    var definition = JSONObject()
    definition.append("function", function.encoded())
    if let sessionArgument { definition.append("session_argument", .string(sessionArgument)) }
    if let tableArgument { definition.append("table_argument", .string(tableArgument)) }
    return .object(definition)
  }
}
