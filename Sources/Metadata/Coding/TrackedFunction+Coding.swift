import Catalog
package import JSON

extension TrackedFunction {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("FunctionMetadata")
    for member in ["function", "configuration", "permissions", "comment"] { others[member] = nil }
    self.init(
      try FunctionName(decoding: cursor.required("function")),
      configuration: try cursor.optional("configuration")
        .map(FunctionConfiguration.init(decoding:)) ?? FunctionConfiguration(),
      permittedRoles: try cursor.list("permissions") { permission throws(MetadataError) in
        _ = try permission.object("FunctionPermissionInfo")
        return try permission.required("role").nonEmptyString()
      },
      comment: try cursor.optional("comment")?.string(),
      others: others
    )
    try cursor.checkUnique("function permissions", permittedRoles)
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("function", function.encoded())
    if !configuration.isEmpty { object.append("configuration", configuration.encoded()) }
    if !permittedRoles.isEmpty {
      let roles = permittedRoles.sorted { $0.precedes($1) }
      object.append("permissions", .array(roles.map { ["role": .string($0)] }))
    }
    if let comment { object.append("comment", .string(comment)) }
    object.append(others, order: [])
    return .object(object)
  }
}

extension FunctionConfiguration {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    var others = try cursor.object("FunctionConfig")
    for member in ["custom_name", "custom_root_fields", "session_argument", "exposed_as"] {
      others[member] = nil
    }
    let fields = cursor.optional("custom_root_fields")
    if let fields { _ = try fields.object("Object") }
    self.init(
      customName: try cursor.optional("custom_name")?.graphQLName(),
      functionField: try fields?.optional("function")?.graphQLName(),
      aggregateField: try fields?.optional("function_aggregate")?.graphQLName(),
      sessionArgument: try cursor.optional("session_argument")?.string(),
      exposure: try cursor.optional("exposed_as").map(Exposure.init(decoding:)),
      others: others
    )
    if let fields, let functionField, functionField == aggregateField {
      throw fields.failure(
        "the following custom root field names are duplicated: \"\(functionField)\" and "
          + "\"\(functionField)\""
      )
    }
  }

  package func encoded() -> JSONValue {
    var fields = JSONObject()
    if let functionField { fields.append("function", .string(functionField)) }
    if let aggregateField { fields.append("function_aggregate", .string(aggregateField)) }
    var object = JSONObject()
    if let customName { object.append("custom_name", .string(customName)) }
    if !fields.isEmpty { object.append("custom_root_fields", .object(fields)) }
    if let exposure { object.append("exposed_as", .string(exposure.rawValue)) }
    if let sessionArgument { object.append("session_argument", .string(sessionArgument)) }
    object.append(others, order: [])
    return .object(object)
  }
}

extension FunctionConfiguration.Exposure {
  init(decoding cursor: JSONCursor) throws(MetadataError) {
    let text = try cursor.string("Hasura.Function.Cache.FunctionExposedAs")
    guard let exposure = Self(rawValue: text) else {
      throw cursor.failure(
        "parsing Hasura.Function.Cache.FunctionExposedAs failed, expected one of the tags "
          + "[\"query\",\"mutation\"], but found tag \"\(text)\""
      )
    }
    self = exposure
  }
}
