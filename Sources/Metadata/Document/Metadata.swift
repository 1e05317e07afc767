package import JSON

/// What is tracked, named, related and permitted: Hasura's metadata document, version 3.
///
/// Members that nothing here reads yet, and members that this version does not know, are kept as
/// they came, so that no document loses anything on its way through.
package struct Metadata: Hashable, Sendable {
  package var sources: [Source]
  package var queryCollections: [QueryCollection]
  package var allowlist: [AllowlistEntry]
  package var restEndpoints: [RESTEndpoint]
  package var inheritedRoles: [InheritedRole]
  /// Every other member of the document, such as `remote_schemas`, `actions` or `api_limits`.
  package var others: JSONObject

  package init(
    sources: [Source] = [],
    queryCollections: [QueryCollection] = [],
    allowlist: [AllowlistEntry] = [],
    restEndpoints: [RESTEndpoint] = [],
    inheritedRoles: [InheritedRole] = [],
    others: JSONObject = JSONObject()
  ) {
    self.sources = sources
    self.queryCollections = queryCollections
    self.allowlist = allowlist
    self.restEndpoints = restEndpoints
    self.inheritedRoles = inheritedRoles
    self.others = others
  }

  package func source(named name: String) -> Source? {
    sources.first { $0.name.hasSameBytes(as: name) }
  }

  package func queryCollection(named name: String) -> QueryCollection? {
    queryCollections.first { $0.name.hasSameBytes(as: name) }
  }

  /// The roles whose introspection is switched off.
  package var rolesWithoutIntrospection: [String] {
    let roles = others["graphql_schema_introspection"]?["disabled_for_roles"]?.array ?? []
    return roles.compactMap(\.string)
  }
}
