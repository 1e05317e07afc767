package import JSON

/// What is tracked, named, related and permitted: Hasura's metadata document, version 3.
///
/// Members that nothing here reads yet, and members that this version does not know, are kept as
/// they came, so that no document loses anything on its way through.
package struct Metadata: Hashable, Sendable {
  package var sources: [Source]
  /// Every other member of the document, such as `remote_schemas`, `actions` or `inherited_roles`.
  package var others: JSONObject

  package init(sources: [Source] = [], others: JSONObject = JSONObject()) {
    self.sources = sources
    self.others = others
  }

  package func source(named name: String) -> Source? {
    sources.first { $0.name.hasSameBytes(as: name) }
  }
}
