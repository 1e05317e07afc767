package import JSON

/// A path under `/api/rest` that runs a query of a collection.
package struct RESTEndpoint: Hashable, Sendable {
  package enum Method: String, CaseIterable, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case patch = "PATCH"
  }

  package var name: String
  /// Relative to `/api/rest/`; a segment that starts with a colon is a variable.
  package var url: String
  package var methods: [Method]
  package var collection: String
  package var query: String
  package var comment: String?
  /// Members that nothing here reads.
  package var others: JSONObject

  package init(
    name: String,
    url: String,
    methods: [Method],
    collection: String,
    query: String,
    comment: String? = nil,
    others: JSONObject = JSONObject()
  ) {
    self.name = name
    self.url = url
    self.methods = methods
    self.collection = collection
    self.query = query
    self.comment = comment
    self.others = others
  }

  /// One step of the path.
  package enum Segment: Hashable, Sendable {
    case literal(String)
    case variable(String)
  }

  package var segments: [Segment] {
    url.split(separator: "/", omittingEmptySubsequences: false).map { part in
      part.utf8.first == UInt8(ascii: ":")
        ? .variable(String(part.dropFirst())) : .literal(String(part))
    }
  }
}
