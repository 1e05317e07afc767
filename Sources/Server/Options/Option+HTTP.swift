import Observability

/// The options that say where and how requests come in.
extension Option {
  static var hostDefinition: OptionDefinition {
    OptionDefinition(
      "server-host",
      variables: "HASURA_GRAPHQL_SERVER_HOST",
      form: .text(placeholder: "ADDRESS"),
      defaultValue: "127.0.0.1",
      help: "The address to listen on; * is every address, and needs an admin secret."
    )
  }

  static var portDefinition: OptionDefinition {
    OptionDefinition(
      "server-port",
      variables: "HASURA_GRAPHQL_SERVER_PORT",
      form: .number(0...65_535),
      defaultValue: "8080",
      help: "The port to listen on; 0 takes a free one."
    )
  }

  static var insecureDefinition: OptionDefinition {
    OptionDefinition(
      "insecure",
      variables: "APUS_INSECURE",
      form: .flag,
      help: "Listen on an open address although there is no admin secret."
    )
  }

  static var enabledAPIsDefinition: OptionDefinition {
    OptionDefinition(
      "enabled-apis",
      variables: "HASURA_GRAPHQL_ENABLED_APIS",
      form: .choices(API.allCases.map(\.rawValue)),
      defaultValue: "metadata,graphql,pgdump,config",
      help: "The APIs that are there; the others answer 404."
    )
  }

  static var metricsSecretDefinition: OptionDefinition {
    OptionDefinition(
      "metrics-secret",
      variables: "HASURA_GRAPHQL_METRICS_SECRET",
      form: .secret,
      help: "What Prometheus reads /v1/metrics with, as a bearer token; it also enables that."
    )
  }

  static var corsDomainDefinition: OptionDefinition {
    OptionDefinition(
      "cors-domain",
      variables: "HASURA_GRAPHQL_CORS_DOMAIN",
      form: .origins,
      defaultValue: "*",
      help: "The origins whose pages may read the answers."
    )
  }

  static var disableCORSDefinition: OptionDefinition {
    OptionDefinition(
      "disable-cors",
      variables: "HASURA_GRAPHQL_DISABLE_CORS",
      form: .flag,
      help: "Send no CORS header at all."
    )
  }

  static var threadsDefinition: OptionDefinition {
    OptionDefinition(
      "threads",
      variables: "APUS_THREADS",
      form: .number(1...1024),
      help: "Event loops; one a core where it is not given."
    )
  }

  static var idleTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "idle-timeout",
      variables: "APUS_IDLE_TIMEOUT",
      form: .number(1...86_400),
      defaultValue: "75",
      help: "Seconds after which an idle connection of a client is closed."
    )
  }

  static var gracefulShutdownTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "graceful-shutdown-timeout",
      variables: "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT",
      form: .number(0...86_400),
      defaultValue: "60",
      help: "Seconds that requests in flight have to finish when the server is told to stop."
    )
  }

  static var maximumHeaderBytesDefinition: OptionDefinition {
    OptionDefinition(
      "max-total-header-length",
      variables: "HASURA_GRAPHQL_MAX_TOTAL_HEADER_LENGTH",
      form: .number(1024...1_048_576),
      defaultValue: "16384",
      help: "Bytes that the headers of a request may have; more is answered 431."
    )
  }

  static var maximumRequestBytesDefinition: OptionDefinition {
    OptionDefinition(
      "max-request-bytes",
      variables: "APUS_MAX_REQUEST_BYTES",
      form: .number(1...1_073_741_824),
      defaultValue: "33554432",
      help: "Bytes that the body of a GraphQL request may have; more is answered 413."
    )
  }

  static var maximumAdminRequestBytesDefinition: OptionDefinition {
    OptionDefinition(
      "max-admin-request-bytes",
      variables: "APUS_MAX_ADMIN_REQUEST_BYTES",
      form: .number(1...1_073_741_824),
      defaultValue: "67108864",
      help: "The same for the metadata and query APIs."
    )
  }

  static var batchLimitDefinition: OptionDefinition {
    OptionDefinition(
      "batch-limit",
      variables: "APUS_BATCH_LIMIT",
      form: .number(1...10_000),
      defaultValue: "20",
      help: "Operations that one request may hold."
    )
  }

  static var preserve401ErrorsDefinition: OptionDefinition {
    OptionDefinition(
      "preserve-401-errors",
      variables: "HASURA_GRAPHQL_PRESERVE_401_ERRORS",
      form: .flag,
      help: "Answer 401 on /v1/graphql where the admin secret is wrong, instead of 200."
    )
  }

  static var logTypesDefinition: OptionDefinition {
    OptionDefinition(
      "enabled-log-types",
      variables: "HASURA_GRAPHQL_ENABLED_LOG_TYPES",
      form: .choices(LogType.allCases.filter(\.isOptional).map(\.rawValue)),
      defaultValue: LogType.enabledByDefault.map(\.rawValue).joined(separator: ","),
      help: "The types of log lines that are written."
    )
  }

  static var metadataQueryLoggingDefinition: OptionDefinition {
    OptionDefinition(
      "enable-metadata-query-logging",
      variables: "HASURA_GRAPHQL_ENABLE_METADATA_QUERY_LOGGING",
      form: .flag,
      help: "Have the log say what administrators ask of the metadata API."
    )
  }

  static var logLevelDefinition: OptionDefinition {
    OptionDefinition(
      "log-level",
      variables: "HASURA_GRAPHQL_LOG_LEVEL",
      form: .choice(LogLevel.allCases.map(\.rawValue)),
      defaultValue: "info",
      help: "Log lines of this level and above are written."
    )
  }
}
