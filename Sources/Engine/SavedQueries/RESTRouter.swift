package import JSON
import Metadata

/// Finds the endpoint that a path under `/api/rest` means.
struct RESTRouter: Sendable {
  struct Route: Sendable {
    let endpoint: RESTEndpoint
    let query: SavedQuery
    fileprivate let segments: [RESTEndpoint.Segment]

    init(endpoint: RESTEndpoint, query: SavedQuery) {
      self.endpoint = endpoint
      self.query = query
      segments = endpoint.segments
    }

    /// The variables of the path, where the segments have its form.
    fileprivate func match(_ path: [String]) -> [RESTArgument]? {
      guard path.count == segments.count else { return nil }
      var arguments: [RESTArgument] = []
      for (segment, text) in zip(segments, path) {
        switch segment {
        case .literal(let literal): guard literal.hasSameBytes(as: text) else { return nil }
        case .variable(let name): arguments.append(RESTArgument(name: name, value: .text(text)))
        }
      }
      return arguments
    }
  }

  private let routes: [Route]

  init(_ routes: [Route]) {
    self.routes = routes
  }

  var all: [Route] { routes }

  /// The endpoint and the variables in the path; the segments are decoded.
  func route(
    _ method: RESTEndpoint.Method?,
    _ path: [String]
  ) throws(HasuraError) -> (route: Route, arguments: [RESTArgument]) {
    let found = routes.compactMap { route in route.match(path).map { (route, $0) } }
    guard !found.isEmpty else {
      throw HasuraError(.notFound, "Endpoint not found", httpStatus: 404)
    }
    let matching = found.filter { route, _ in
      method.map(route.endpoint.methods.contains) ?? false
    }
    guard let first = matching.first else {
      let methods = Set(found.flatMap { $0.0.endpoint.methods.map(\.rawValue) }).sorted()
      throw HasuraError(
        .methodNotAllowed,
        "Allowed methods: \(methods.joined(separator: ", "))"
      )
    }
    guard matching.count == 1 else {
      throw HasuraError(.unexpected, "Multiple endpoints match request")
    }
    return first
  }
}

/// A variable that a request gives, in the path, the query string or the body.
package struct RESTArgument: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    /// From a URL or a form: its type follows from the variable's.
    case text(String)
    case json(JSONValue)
  }

  package var name: String
  package var value: Value

  package init(name: String, value: Value) {
    self.name = name
    self.value = value
  }
}
