import JSON

/// A command about saved queries and the list of those that are allowed.
package enum QueryCollectionCommand: Hashable, Sendable {
  case create(QueryCollection)
  case rename(String, to: String)
  case drop(String, cascades: Bool)
  case addQuery(QueryCollection.Query, to: String)
  case dropQuery(String, from: String)
  case allow(AllowlistEntry)
  case setScope(AllowlistEntry)
  case disallow(String)
  case getAllowlist
}

extension QueryCollectionCommand {
  static let types: Set<String> = [
    "create_query_collection", "rename_query_collection", "drop_query_collection",
    "add_query_to_collection", "drop_query_from_collection", "add_collection_to_allowlist",
    "update_scope_of_collection_in_allowlist", "drop_collection_from_allowlist", "get_allowlist",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "create_query_collection": self = .create(try QueryCollection(decoding: arguments))
    case "rename_query_collection":
      self = .rename(
        try arguments.required("name").nonEmptyString(),
        to: try arguments.required("new_name").nonEmptyString()
      )
    case "drop_query_collection":
      self = .drop(
        try arguments.required("collection").nonEmptyString(),
        cascades: try arguments.required("cascade").bool()
      )
    case "add_query_to_collection":
      self = .addQuery(
        QueryCollection.Query(
          name: try arguments.required("query_name").nonEmptyString(),
          text: try arguments.required("query").string()
        ),
        to: try arguments.required("collection_name").nonEmptyString()
      )
    case "drop_query_from_collection":
      self = .dropQuery(
        try arguments.required("query_name").nonEmptyString(),
        from: try arguments.required("collection_name").nonEmptyString()
      )
    case "add_collection_to_allowlist": self = .allow(try AllowlistEntry(decoding: arguments))
    case "update_scope_of_collection_in_allowlist":
      _ = try arguments.required("scope")
      self = .setScope(try AllowlistEntry(decoding: arguments))
    case "drop_collection_from_allowlist":
      self = .disallow(try arguments.required("collection").nonEmptyString())
    default: self = .getAllowlist
    }
  }
}
