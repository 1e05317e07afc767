/// The options that say what the engine makes of a request.
extension Option {
  static var stringifyNumericTypesDefinition: OptionDefinition {
    OptionDefinition(
      "stringify-numeric-types",
      variables: "HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES",
      form: .flag,
      help: "Answer bigint, numeric, float8 and money as strings."
    )
  }

  static var nullCollapseDefinition: OptionDefinition {
    OptionDefinition(
      "v1-boolean-null-collapse",
      variables: "HASURA_GRAPHQL_V1_BOOLEAN_NULL_COLLAPSE",
      form: .flag,
      help: "Take a null in a condition for no condition, as Hasura 1 did."
    )
  }

  static var nullForNonNullDefinition: OptionDefinition {
    OptionDefinition(
      "null-in-nonnullable-variables",
      variables: "HASURA_GRAPHQL_BACKWARDS_COMPAT_NULL_IN_NONNULLABLE_VARIABLES",
      form: .flag,
      help: "Take null for a variable of a non-null type, where the place that it is for takes it."
    )
  }

  static var disableNativeQueryValidationDefinition: OptionDefinition {
    OptionDefinition(
      "disable-native-query-validation",
      variables: "HASURA_GRAPHQL_DISABLE_NATIVE_QUERY_VALIDATION",
      form: .flag,
      help: "Track native queries without asking PostgreSQL whether it understands them."
    )
  }

  static var inferFunctionPermissionsDefinition: OptionDefinition {
    OptionDefinition(
      "infer-function-permissions",
      variables: "HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS",
      form: .flag,
      defaultValue: "true",
      help: "Let roles that may read a table call the functions that return its rows."
    )
  }

  static var adminInternalErrorsDefinition: OptionDefinition {
    OptionDefinition(
      "admin-internal-errors",
      variables: "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
      form: .flag,
      defaultValue: "true",
      help: "Show the role admin what PostgreSQL said."
    )
  }

  static var devModeDefinition: OptionDefinition {
    OptionDefinition(
      "dev-mode",
      variables: "HASURA_GRAPHQL_DEV_MODE",
      form: .flag,
      help: "Show everyone what PostgreSQL said."
    )
  }

  static var experimentalFeaturesDefinition: OptionDefinition {
    OptionDefinition(
      "experimental-features",
      variables: "HASURA_GRAPHQL_EXPERIMENTAL_FEATURES",
      form: .choices([
        "inherited_roles", "streaming_subscriptions", "optimize_permission_filters",
        "naming_convention", "apollo_federation", "hide_update_many_fields",
        "hide_aggregation_predicates", "hide_stream_fields", "group_by_aggregations",
        "disable_postgres_arrays", "no_null_unbound_variable_default",
        "remove_empty_subscription_responses", "bigquery_string_numeric_input",
      ]),
      help: "Features that Hasura has to be told of; here naming_convention and apollo_federation "
        + "have a meaning."
    )
  }

  static var namingConventionDefinition: OptionDefinition {
    OptionDefinition(
      "default-naming-convention",
      variables: "HASURA_GRAPHQL_DEFAULT_NAMING_CONVENTION",
      form: .choice(["hasura-default", "graphql-default"]),
      defaultValue: "hasura-default",
      help: "How sources that choose nothing name things, where naming_convention is switched on."
    )
  }

  static var secretPathPrefixDefinition: OptionDefinition {
    OptionDefinition(
      "dynamic-secrets-allowed-path-prefix",
      variables: "HASURA_GRAPHQL_DYNAMIC_SECRETS_ALLOWED_PATH_PREFIX",
      form: .text(placeholder: "PREFIX"),
      help:
        "What the paths of files begin with that sources may name as dynamic_from_file; without it "
        + "none may."
    )
  }

  static var enableApolloFederationDefinition: OptionDefinition {
    OptionDefinition(
      "enable-apollo-federation",
      variables: "HASURA_GRAPHQL_ENABLE_APOLLO_FEDERATION",
      form: .flag,
      help: "Give the schema what Apollo's federation asks of a part of a graph."
    )
  }

  static var planCacheSizeDefinition: OptionDefinition {
    OptionDefinition(
      "query-plan-cache-size",
      variables: "HASURA_GRAPHQL_QUERY_PLAN_CACHE_SIZE",
      form: .number(1...1_000_000),
      defaultValue: "1000",
      help: "Operations whose plans each thread keeps."
    )
  }

  static var tokenLimitDefinition: OptionDefinition {
    OptionDefinition(
      "token-limit",
      variables: "APUS_TOKEN_LIMIT",
      form: .number(1...10_000_000),
      defaultValue: "10000",
      help: "Tokens that a document may have."
    )
  }

  static var depthLimitDefinition: OptionDefinition {
    OptionDefinition(
      "depth-limit",
      variables: "APUS_DEPTH_LIMIT",
      form: .number(1...100),
      defaultValue: "20",
      help: "Levels of fields that an operation may have."
    )
  }

  static var rootFieldLimitDefinition: OptionDefinition {
    OptionDefinition(
      "root-field-limit",
      variables: "APUS_ROOT_FIELD_LIMIT",
      form: .number(1...100_000),
      defaultValue: "100",
      help: "Fields that an operation may have at its root."
    )
  }

  static var nodeLimitDefinition: OptionDefinition {
    OptionDefinition(
      "node-limit",
      variables: "APUS_NODE_LIMIT",
      form: .number(1...1_000_000),
      defaultValue: "5000",
      help: "Fields that an operation may have in all, fragments written out."
    )
  }

  static var enableAllowlistDefinition: OptionDefinition {
    OptionDefinition(
      "enable-allowlist",
      variables: "HASURA_GRAPHQL_ENABLE_ALLOWLIST",
      form: .flag,
      help: "Let others than admin ask only what the allow list has."
    )
  }

  static var enableRelayDefinition: OptionDefinition {
    OptionDefinition(
      "enable-relay",
      variables: "HASURA_GRAPHQL_ENABLE_RELAY",
      form: .flag,
      defaultValue: "true",
      help: "Answer /v1beta1/relay by the Relay schema."
    )
  }
}
