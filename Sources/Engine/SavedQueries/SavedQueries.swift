import GraphQLCore
import JSON
import Metadata

/// The saved queries of one version of the metadata: by name, by path, and as a list of what may run.
struct SavedQueries: Sendable {
  let queries: [SavedQuery]
  let router: RESTRouter
  let allowlist: Allowlist
  /// By the place of the query: what the endpoints that run it say of it.
  private let endpoints: [Int: [RESTEndpoint]]
  private let comments: [String: String]

  init(_ metadata: Metadata) {
    queries = metadata.queryCollections.flatMap { collection in
      collection.queries.map { SavedQuery($0, in: collection.name) }
    }
    comments = Dictionary(
      metadata.queryCollections.compactMap { collection in
        collection.comment.map { (collection.name, $0) }
      },
      uniquingKeysWith: { first, _ in first }
    )
    var endpoints: [Int: [RESTEndpoint]] = [:]
    var routes: [RESTRouter.Route] = []
    for endpoint in metadata.restEndpoints.sorted(by: { $0.name < $1.name }) {
      let index = queries.firstIndex {
        $0.collection.hasSameBytes(as: endpoint.collection)
          && $0.name.hasSameBytes(as: endpoint.query)
      }
      guard let index else { continue }
      endpoints[index, default: []].append(endpoint)
      routes.append(RESTRouter.Route(endpoint: endpoint, query: queries[index]))
    }
    self.endpoints = endpoints
    router = RESTRouter(routes)
    allowlist = Allowlist(metadata.allowlist, queries)
  }

  /// The query that a request names: `collection/name`, or the name alone where one query has it.
  func query(named id: String) throws(HasuraError) -> SavedQuery {
    let found = queries.filter { query in
      id.hasSameBytes(as: query.name) || id.hasSameBytes(as: "\(query.collection)/\(query.name)")
    }
    guard let query = found.first else {
      throw HasuraError(.notFound, "there is no saved query \"\(id)\"", path: "$.documentId")
    }
    guard found.count == 1 else {
      let names = found.map { "\"\($0.collection)/\($0.name)\"" }.sorted().joined(separator: ", ")
      throw HasuraError(
        .badRequest,
        "several saved queries are named \"\(id)\": \(names)",
        path: "$.documentId"
      )
    }
    return query
  }

  /// What a role can run, for those who look for it: names, descriptions, variables, paths.
  func listing(in schema: GraphQLCore.Schema) -> JSONValue {
    .array(
      queries.indices.compactMap { index in
        let query = queries[index]
        guard let document = query.document, !query.isSubscription,
          validate(document, against: schema).isEmpty
        else { return nil }
        return entry(query, endpoints[index] ?? [])
      }
    )
  }

  private func entry(_ query: SavedQuery, _ endpoints: [RESTEndpoint]) -> JSONValue {
    let description =
      endpoints.lazy.compactMap(\.comment).first ?? query.leadingComment
      ?? comments[query.collection]
    return [
      "name": .string(query.name), "collection": .string(query.collection),
      "description": description.map { .string($0) } ?? .null,
      "variables": .array(query.variables.map(\.listing)),
      "endpoints": .array(
        endpoints.map { endpoint in
          [
            "url": .string("/api/rest/\(endpoint.url)"),
            "methods": .array(endpoint.methods.map { .string($0.rawValue) }),
          ]
        }
      ),
    ]
  }
}

extension DeclaredVariable {
  fileprivate var listing: JSONValue {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("type", .string(type))
    object.append("required", .bool(isNonNull && defaultValue == nil))
    if let defaultValue { object.append("default", defaultValue) }
    return .object(object)
  }
}
