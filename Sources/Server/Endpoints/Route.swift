/// The endpoints, found by their exact path; those of saved queries by how it begins.
enum Route: Hashable, Sendable {
  /// Where errors keep Hasura's HTTP status: `/v1alpha1/graphql`.
  case graphql(keepsStatus: Bool)
  /// GraphQL by the Relay schema: `/v1beta1/relay`.
  case relay
  /// `/v1/stream`: a feed as JSON and Arrow over a websocket.
  case stream
  case metadata
  case query
  case health
  case version
  case config
  /// `/api/rest/…`, whose rest the metadata give a meaning.
  case rest
  /// The saved queries that the one who asks can run.
  case savedQueries
  case openAPI
  /// `/v1/graphql/explain`.
  case explain
  /// `/v1alpha1/pg_dump`.
  case dump
  /// `/dev/ekg`, `/dev/plan_cache`, `/dev/subscriptions`, `/dev/subscriptions/extended`.
  case developer
  /// `/v1/metrics`, for Prometheus.
  case metrics

  /// Percent signs are not decoded and nothing is normalised: what is not one of these is none.
  init?(path: String) {
    switch path {
    case "/v1/graphql": self = .graphql(keepsStatus: false)
    case "/v1alpha1/graphql": self = .graphql(keepsStatus: true)
    case "/v1beta1/relay": self = .relay
    case "/v1/graphql/explain", "/v1alpha1/graphql/explain": self = .explain
    case "/v1alpha1/pg_dump": self = .dump
    case "/v1/stream": self = .stream
    case "/v1/metadata": self = .metadata
    case "/v2/query", "/v1/query": self = .query
    case "/healthz", "/hasura/healthz": self = .health
    case "/v1/version": self = .version
    case "/v1alpha1/config": self = .config
    case "/v1/metrics": self = .metrics
    case "/api/queries": self = .savedQueries
    case "/api/swagger/json": self = .openAPI
    case "/dev/ekg", "/dev/plan_cache", "/dev/subscriptions", "/dev/subscriptions/extended":
      self = .developer
    case _ where path.hasPrefix(Route.restPrefix): self = .rest
    default: return nil
    }
  }

  static let restPrefix = "/api/rest/"

  /// The API that has to be enabled for it; nil for what is always there.
  var api: API? {
    switch self {
    case .graphql, .relay, .stream, .rest, .savedQueries, .explain: .graphql
    case .dump: .pgdump
    case .metadata, .query, .openAPI: .metadata
    case .config: .config
    case .developer: .developer
    case .metrics: .metrics
    case .health, .version: nil
    }
  }

  var allowedMethods: String {
    switch self {
    case .graphql: "GET, POST"
    case .metadata, .query, .relay, .explain, .dump: "POST"
    case .health, .version, .config, .savedQueries, .openAPI, .developer, .stream, .metrics:
      "GET"
    case .rest: "GET, POST, PUT, PATCH, DELETE"
    }
  }

  /// Whether the body of a request may be as large as an administrator's.
  var isAdministrative: Bool { self == .metadata || self == .query }
}
