/// The options that say how requests are authenticated.
extension Option {
  static var adminSecretDefinition: OptionDefinition {
    OptionDefinition(
      "admin-secret",
      "access-key",
      variables: "HASURA_GRAPHQL_ADMIN_SECRET",
      "HASURA_GRAPHQL_ACCESS_KEY",
      form: .secret,
      commands: Command.remote.union([.serve]),
      help: "What the header x-hasura-admin-secret has to say; without it everyone is admin."
    )
  }

  static var adminSecretsDefinition: OptionDefinition {
    OptionDefinition(
      "admin-secrets",
      variables: "HASURA_GRAPHQL_ADMIN_SECRETS",
      form: .secret,
      help: "Further admin secrets, as a JSON list; each of them will do."
    )
  }

  static var unauthorizedRoleDefinition: OptionDefinition {
    OptionDefinition(
      "unauthorized-role",
      variables: "HASURA_GRAPHQL_UNAUTHORIZED_ROLE",
      form: .text(placeholder: "ROLE"),
      help: "The role of requests with neither the admin secret nor a token; not with a hook."
    )
  }

  static var jwtSecretDefinition: OptionDefinition {
    OptionDefinition(
      "jwt-secret",
      variables: "HASURA_GRAPHQL_JWT_SECRET",
      form: .secret,
      help: "How tokens are verified, as Hasura's JSON object: type and key, or jwk_url."
    )
  }

  static var jwtSecretsDefinition: OptionDefinition {
    OptionDefinition(
      "jwt-secrets",
      variables: "HASURA_GRAPHQL_JWT_SECRETS",
      form: .secret,
      help: "Several such objects, as a JSON list; the issuer of a token says which one is for it."
    )
  }

  static var authHookDefinition: OptionDefinition {
    OptionDefinition(
      "auth-hook",
      variables: "HASURA_GRAPHQL_AUTH_HOOK",
      form: .httpURL,
      help: "The webhook that says on whose behalf a request without the admin secret is made."
    )
  }

  static var authHookModeDefinition: OptionDefinition {
    OptionDefinition(
      "auth-hook-mode",
      "auth-hook-type",
      variables: "HASURA_GRAPHQL_AUTH_HOOK_MODE",
      "HASURA_GRAPHQL_AUTH_HOOK_TYPE",
      form: .choice(["GET", "POST"]),
      defaultValue: "GET",
      help: "How the webhook is asked: with the request's headers as headers, or as JSON."
    )
  }

  static var authHookSendRequestBodyDefinition: OptionDefinition {
    OptionDefinition(
      "auth-hook-send-request-body",
      variables: "HASURA_GRAPHQL_AUTH_HOOK_SEND_REQUEST_BODY",
      form: .flag,
      defaultValue: "true",
      help: "Send a webhook that is asked by POST the GraphQL request too."
    )
  }

  static var authHookTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "auth-hook-timeout",
      variables: "APUS_AUTH_HOOK_TIMEOUT",
      form: .number(1...300),
      defaultValue: "3",
      help: "Seconds that the webhook has for its answer; then the request is refused."
    )
  }

  static var certificateFileDefinition: OptionDefinition {
    OptionDefinition(
      "tls-ca-file",
      variables: "APUS_TLS_CA_FILE",
      form: .text(placeholder: "FILE"),
      help: "Certificates (PEM) to trust when asking webhooks and jwk_url, instead of the system's."
    )
  }
}
