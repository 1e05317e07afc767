/// A group of endpoints that `HASURA_GRAPHQL_ENABLED_APIS` switches.
enum API: String, CaseIterable, Sendable {
  case metadata
  case graphql
  case pgdump
  case config
  case developer
  case metrics
}
