/// What the endpoints have been told to be like.
struct ServiceSettings: Sendable {
  var authenticator: Authenticator
  var isAdminSecretSet: Bool
  var isAllowlistEnforced: Bool
  var enabledAPIs: Set<API>
  var cors: CORSPolicy
  var batchLimit: Int
  var keeps401: Bool
}
