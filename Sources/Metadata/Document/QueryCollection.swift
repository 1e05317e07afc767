package import JSON

/// Queries that are kept under names: what REST endpoints run and the allow list allows.
package struct QueryCollection: Hashable, Sendable {
  package struct Query: Hashable, Sendable {
    package var name: String
    /// GraphQL text.
    package var text: String
    /// Members that nothing here reads.
    package var others: JSONObject

    package init(name: String, text: String, others: JSONObject = JSONObject()) {
      self.name = name
      self.text = text
      self.others = others
    }
  }

  package var name: String
  package var queries: [Query]
  package var comment: String?
  /// Members that nothing here reads.
  package var others: JSONObject

  package init(
    name: String,
    queries: [Query] = [],
    comment: String? = nil,
    others: JSONObject = JSONObject()
  ) {
    self.name = name
    self.queries = queries
    self.comment = comment
    self.others = others
  }

  package func query(named name: String) -> Query? {
    queries.first { $0.name.hasSameBytes(as: name) }
  }
}

/// A collection whose queries may be asked while the allow list is enforced.
package struct AllowlistEntry: Hashable, Sendable {
  package enum Scope: Hashable, Sendable {
    /// For every role.
    case global
    case roles([String])

    /// Whether requests of a role may ask the queries.
    package func covers(_ role: String) -> Bool {
      switch self {
      case .global: true
      case .roles(let roles): roles.contains { $0.hasSameBytes(as: role) }
      }
    }
  }

  package var collection: String
  package var scope: Scope

  package init(collection: String, scope: Scope = .global) {
    self.collection = collection
    self.scope = scope
  }
}
