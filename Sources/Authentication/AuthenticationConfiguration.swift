import Engine
package import HTTP

/// How requests are authenticated, checked as a whole.
package struct AuthenticationConfiguration: Sendable {
  /// Who answers for a request without the admin secret.
  package enum Mode: Sendable {
    /// Nobody: it is refused, or gets the unauthorized role.
    case secretAlone
    case jwt([JWTConfiguration])
    case webhook(WebhookConfiguration)
  }

  package let secrets: AdminSecrets
  package let mode: Mode
  package let unauthorizedRole: String?
  /// Tokens and answers of the hook that each loop remembers.
  package var cacheCapacity = 10_000
  /// Certificates to trust when asking others, in PEM, instead of the system's.
  package var certificateFile: String?

  /// Refuses what Hasura refuses, for what would be ignored otherwise.
  package init(
    secrets: [String],
    jwt: [JWTConfiguration] = [],
    webhook: WebhookConfiguration? = nil,
    unauthorizedRole: String? = nil
  ) throws(ConfigurationError) {
    let needsSecret =
      " requires --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or "
      + "--access-key (HASURA_GRAPHQL_ACCESS_KEY) to be set"
    guard jwt.isEmpty || webhook == nil else {
      throw ConfigurationError("Both webhook and JWT mode cannot be enabled at the same time")
    }
    if unauthorizedRole != nil, secrets.isEmpty || webhook != nil {
      throw ConfigurationError(
        "--unauthorized-role (HASURA_GRAPHQL_UNAUTHORIZED_ROLE)\(needsSecret)"
          + " and is not allowed when --auth-hook (HASURA_GRAPHQL_AUTH_HOOK) is set"
      )
    }
    if secrets.isEmpty, webhook != nil {
      throw ConfigurationError("--auth-hook (HASURA_GRAPHQL_AUTH_HOOK)\(needsSecret)")
    }
    if secrets.isEmpty, !jwt.isEmpty {
      throw ConfigurationError("--jwt-secret (HASURA_GRAPHQL_JWT_SECRET)\(needsSecret)")
    }
    self.secrets = AdminSecrets(secrets)
    self.unauthorizedRole = unauthorizedRole
    if let webhook {
      mode = .webhook(webhook)
    } else {
      mode = jwt.isEmpty ? .secretAlone : .jwt(jwt)
    }
  }

  package var isAdminSecretSet: Bool { !secrets.isEmpty }

  package var isWebhookSet: Bool {
    if case .webhook = mode { true } else { false }
  }

  package var jwtConfigurations: [JWTConfiguration] {
    if case .jwt(let configurations) = mode { configurations } else { [] }
  }

  /// Whether the headers alone show that a request is the administrator's: by the secret, or as
  /// everyone's is where there is none.
  package func isAdministrator(_ headers: HTTPHeaders) -> Bool {
    let session = try? SecretAuthentication(secrets: secrets).session(headers)
    return session?.role == Session.adminRole
  }
}
