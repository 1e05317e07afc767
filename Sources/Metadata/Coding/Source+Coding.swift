import Catalog
package import JSON

extension Source {
  private static let typedMembers = [
    "name", "kind", "tables", "functions", "configuration", "customization",
  ]

  /// The members between functions and configuration, in the order of an export.
  private static let leadingOrder: [(member: String, sortKey: String)] = [
    ("native_queries", "root_field_name"), ("stored_procedures", "stored_procedure"),
    ("logical_models", "name"),
  ]

  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    others = try cursor.object("Object")
    for member in Source.typedMembers { others[member] = nil }
    name = try cursor.required("name").nonEmptyString()
    kind = try cursor.optional("kind")?.string() ?? "postgres"
    guard Source.isPostgres(kind) else {
      throw JSONCursor(.string(kind), at: cursor.path.key("kind"))
        .failure("unknown backend kind: \(kind)")
    }
    tables = try cursor.required("tables").map(TrackedTable.init(decoding:))
    functions = try cursor.list("functions", TrackedFunction.init(decoding:))
    configuration = try cursor.required("configuration").value
    customization =
      try cursor.optional("customization").map(SourceCustomization.init(decoding:))
      ?? SourceCustomization()
    try checkUniqueness(cursor)
  }

  /// The one source of a document of version 1 or 2.
  init(decodingUnsourced cursor: JSONCursor) throws(MetadataError) {
    self.init(
      tables: try cursor.list("tables", TrackedTable.init(decoding:)),
      functions: try cursor.list("functions", TrackedFunction.init(decoding:))
    )
    try checkUniqueness(cursor)
  }

  package static func isPostgres(_ kind: String) -> Bool {
    kind == "postgres" || kind == "pg"
  }

  private func checkUniqueness(_ cursor: JSONCursor) throws(MetadataError) {
    try cursor.checkUnique("tables", tables.map(\.table.description))
    try cursor.checkUnique("functions", functions.map(\.function.description))
  }

  package func encoded() -> JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("kind", .string(kind == "pg" ? "postgres" : kind))
    let tables = self.tables.sorted { $0.table < $1.table }
    object.append("tables", .array(tables.map { $0.encoded() }))
    if !functions.isEmpty {
      let functions = self.functions.sorted { $0.function < $1.function }
      object.append("functions", .array(functions.map { $0.encoded() }))
    }
    var trailing = others
    var leading = JSONObject()
    for (member, _) in Source.leadingOrder {
      guard let value = trailing[member] else { continue }
      leading.append(member, value)
      trailing[member] = nil
    }
    object.append(leading, order: Source.leadingOrder)
    object.append("configuration", configuration)
    if let queryTags = trailing["query_tags"] {
      object.append("query_tags", queryTags)
      trailing["query_tags"] = nil
    }
    if customization != SourceCustomization() {
      object.append("customization", customization.encoded())
    }
    object.append(trailing, order: [])
    return .object(object)
  }
}

extension SourceCustomization {
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("SourceCustomization")
    self.init()
    if let fields = cursor.optional("root_fields") {
      rootFieldsNamespace = try fields.optional("namespace")?.graphQLName()
      rootFieldsPrefix = try fields.optional("prefix")?.graphQLName()
      rootFieldsSuffix = try fields.optional("suffix")?.graphQLName()
    }
    if let types = cursor.optional("type_names") {
      typeNamesPrefix = try types.optional("prefix")?.graphQLName()
      typeNamesSuffix = try types.optional("suffix")?.graphQLName()
    }
    if let convention = cursor.optional("naming_convention") {
      let name = try convention.string()
      guard let known = NamingConvention(rawValue: name) else {
        throw convention.failure(
          "naming_convention can either be \"hasura-default\" or \"graphql-default\""
        )
      }
      namingConvention = known
    }
  }

  package func encoded() -> JSONValue {
    var rootFields = JSONObject()
    if let rootFieldsNamespace { rootFields.append("namespace", .string(rootFieldsNamespace)) }
    if let rootFieldsPrefix { rootFields.append("prefix", .string(rootFieldsPrefix)) }
    if let rootFieldsSuffix { rootFields.append("suffix", .string(rootFieldsSuffix)) }
    var typeNames = JSONObject()
    if let typeNamesPrefix { typeNames.append("prefix", .string(typeNamesPrefix)) }
    if let typeNamesSuffix { typeNames.append("suffix", .string(typeNamesSuffix)) }
    var object = JSONObject()
    if let namingConvention {
      object.append("naming_convention", .string(namingConvention.rawValue))
    }
    if !rootFields.isEmpty { object.append("root_fields", .object(rootFields)) }
    if !typeNames.isEmpty { object.append("type_names", .object(typeNames)) }
    return .object(object)
  }
}
