/// The endpoints, found by their exact path.
enum Route: Hashable, Sendable {
  /// Where errors keep Hasura's HTTP status: `/v1alpha1/graphql`.
  case graphql(keepsStatus: Bool)
  case metadata
  case query
  case health
  case version
  case config

  /// Percent signs are not decoded and nothing is normalised: what is not one of these is none.
  init?(path: String) {
    switch path {
    case "/v1/graphql": self = .graphql(keepsStatus: false)
    case "/v1alpha1/graphql": self = .graphql(keepsStatus: true)
    case "/v1/metadata": self = .metadata
    case "/v2/query", "/v1/query": self = .query
    case "/healthz", "/hasura/healthz": self = .health
    case "/v1/version": self = .version
    case "/v1alpha1/config": self = .config
    default: return nil
    }
  }

  /// The API that has to be enabled for it; nil for what is always there.
  var api: API? {
    switch self {
    case .graphql: .graphql
    case .metadata, .query: .metadata
    case .config: .config
    case .health, .version: nil
    }
  }

  var allowedMethods: String {
    switch self {
    case .graphql: "GET, POST"
    case .metadata, .query: "POST"
    case .health, .version, .config: "GET"
    }
  }

  /// Whether the body of a request may be as large as an administrator's.
  var isAdministrative: Bool { self == .metadata || self == .query }
}
