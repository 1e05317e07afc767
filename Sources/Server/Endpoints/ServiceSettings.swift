import Authentication
import Resolvers

/// What the endpoints have been told to be like.
struct ServiceSettings: Sendable {
  var authentication: AuthenticationConfiguration
  var isAllowlistEnforced: Bool
  /// Whether `/v1beta1/relay` answers.
  var isRelayEnabled = true
  var enabledAPIs: Set<API>
  var cors: CORSPolicy
  var batchLimit: Int
  /// What `/v1/metrics` may be read with, beside what makes an administrator.
  var metricsSecret: AdminSecrets?
  /// What Hasura's console is told of the schema.
  var experimentalFeatures: [String] = []
  var namingConvention = "hasura-default"
  var servesApolloFederation = false
  var keeps401: Bool
  /// Whether the log says what is asked of the metadata API.
  var logsMetadataQueries = false
  var sockets = SocketSettings()
  /// What `/v1/stream` is of.
  var feeds = FeedHub()
}
