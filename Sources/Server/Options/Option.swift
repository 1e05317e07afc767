import Observability

/// The options of `apus`, each with its definition: a case without one does not compile.
enum Option: CaseIterable, Sendable {
  case databaseURL, dataDirectory, connections, poolTimeout, statementTimeout
  case migrate, sample, sampleDirectory, migrationsDirectory, metadataDirectory
  case adminSecret, adminSecrets, unauthorizedRole, jwtSecret, jwtSecrets
  case authHook, authHookMode, authHookSendRequestBody, authHookTimeout, certificateFile
  case host, port, insecure, enabledAPIs, corsDomain, disableCORS
  case threads, maximumHeaderBytes, maximumRequestBytes, maximumAdminRequestBytes
  case batchLimit, idleTimeout, gracefulShutdownTimeout, enableAllowlist
  case stringifyNumericTypes, nullCollapse, inferFunctionPermissions
  case preserve401Errors, adminInternalErrors, devMode
  case transactionIsolation, mutationRetries, idempotencyLifetime
  case schemaSyncInterval, planCacheSize, tokenLimit, depthLimit, rootFieldLimit, nodeLimit
  case logTypes, logLevel
  case role
  case server, token, header, presetVariable, format, watch, watchInterval

  /// Commands that talk to a database.
  private static let database = Set(Command.allCases)
    .subtracting([.version])
    .subtracting(Command.remote)

  var definition: OptionDefinition {
    switch self {
    case .databaseURL:
      OptionDefinition(
        "database-url",
        variables: "HASURA_GRAPHQL_DATABASE_URL",
        form: .databaseURL,
        commands: Option.database,
        help: "The PostgreSQL database; without it a private one is started in the data folder."
      )
    case .dataDirectory:
      OptionDefinition(
        "data-dir",
        variables: "APUS_DATA_DIR",
        form: .text(placeholder: "FOLDER"),
        defaultValue: ".apus",
        commands: Option.database,
        help: "Where the private PostgreSQL and what was fetched are kept."
      )
    case .connections:
      OptionDefinition(
        "connections",
        "c",
        variables: "HASURA_GRAPHQL_PG_CONNECTIONS",
        form: .number(1...10_000),
        defaultValue: "50",
        help: "At most so many connections to PostgreSQL, shared out among the threads."
      )
    case .poolTimeout:
      OptionDefinition(
        "pool-timeout",
        variables: "HASURA_GRAPHQL_POOL_TIMEOUT",
        form: .number(1...3600),
        defaultValue: "5",
        help: "Seconds that a request waits for a connection before it fails."
      )
    case .statementTimeout:
      OptionDefinition(
        "statement-timeout",
        variables: "APUS_STATEMENT_TIMEOUT",
        form: .number(0...86_400),
        defaultValue: "30",
        help: "Seconds that PostgreSQL may spend on one statement; 0 is without limit."
      )
    case .migrate:
      OptionDefinition(
        "migrate",
        variables: "APUS_MIGRATE",
        form: .flag,
        help: "Apply the migrations to the database of --database-url before serving."
      )
    case .sample:
      OptionDefinition(
        "sample",
        variables: "APUS_SAMPLE",
        form: .flag,
        help: "Load the sample data before serving, unless they are there."
      )
    case .sampleDirectory:
      OptionDefinition(
        "sample-dir",
        variables: "APUS_SAMPLE_DIR",
        form: .text(placeholder: "FOLDER"),
        defaultValue: "SampleData",
        commands: [.serve, .sampleLoad],
        help: "The folder of the sample data that are not fetched."
      )
    case .migrationsDirectory:
      OptionDefinition(
        "migrations-dir",
        variables: "APUS_MIGRATIONS_DIR",
        form: .text(placeholder: "FOLDER"),
        defaultValue: "Migrations",
        commands: [.serve, .migrateUp, .migrateDown, .migrateStatus],
        help: "The folder of the migrations."
      )
    case .metadataDirectory:
      OptionDefinition(
        "metadata-dir",
        variables: "APUS_METADATA_DIR",
        form: .text(placeholder: "FOLDER"),
        defaultValue: "metadata",
        commands: [.serve, .metadataApply, .metadataExport, .metadataDiff],
        help: "The folder of the metadata, as the Hasura CLI lays it out (version 3)."
      )
    case .host:
      OptionDefinition(
        "server-host",
        variables: "HASURA_GRAPHQL_SERVER_HOST",
        form: .text(placeholder: "ADDRESS"),
        defaultValue: "127.0.0.1",
        help: "The address to listen on; * is every address, and needs an admin secret."
      )
    case .port:
      OptionDefinition(
        "server-port",
        variables: "HASURA_GRAPHQL_SERVER_PORT",
        form: .number(0...65_535),
        defaultValue: "8080",
        help: "The port to listen on; 0 takes a free one."
      )
    case .adminSecret: Option.adminSecretDefinition
    case .adminSecrets: Option.adminSecretsDefinition
    case .unauthorizedRole: Option.unauthorizedRoleDefinition
    case .jwtSecret: Option.jwtSecretDefinition
    case .jwtSecrets: Option.jwtSecretsDefinition
    case .authHook: Option.authHookDefinition
    case .authHookMode: Option.authHookModeDefinition
    case .authHookSendRequestBody: Option.authHookSendRequestBodyDefinition
    case .authHookTimeout: Option.authHookTimeoutDefinition
    case .certificateFile: Option.certificateFileDefinition
    case .insecure:
      OptionDefinition(
        "insecure",
        variables: "APUS_INSECURE",
        form: .flag,
        help: "Listen on an open address although there is no admin secret."
      )
    case .enabledAPIs:
      OptionDefinition(
        "enabled-apis",
        variables: "HASURA_GRAPHQL_ENABLED_APIS",
        form: .choices(API.allCases.map(\.rawValue)),
        defaultValue: "metadata,graphql,pgdump,config",
        help: "The APIs that are there; the others answer 404."
      )
    case .corsDomain:
      OptionDefinition(
        "cors-domain",
        variables: "HASURA_GRAPHQL_CORS_DOMAIN",
        form: .origins,
        defaultValue: "*",
        help: "The origins whose pages may read the answers."
      )
    case .disableCORS:
      OptionDefinition(
        "disable-cors",
        variables: "HASURA_GRAPHQL_DISABLE_CORS",
        form: .flag,
        help: "Send no CORS header at all."
      )
    case .threads:
      OptionDefinition(
        "threads",
        variables: "APUS_THREADS",
        form: .number(1...1024),
        help: "Event loops; one a core where it is not given."
      )
    case .idleTimeout:
      OptionDefinition(
        "idle-timeout",
        variables: "APUS_IDLE_TIMEOUT",
        form: .number(1...86_400),
        defaultValue: "75",
        help: "Seconds after which an idle connection of a client is closed."
      )
    case .gracefulShutdownTimeout:
      OptionDefinition(
        "graceful-shutdown-timeout",
        variables: "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT",
        form: .number(0...86_400),
        defaultValue: "60",
        help: "Seconds that requests in flight have to finish when the server is told to stop."
      )
    case .maximumHeaderBytes:
      OptionDefinition(
        "max-total-header-length",
        variables: "HASURA_GRAPHQL_MAX_TOTAL_HEADER_LENGTH",
        form: .number(1024...1_048_576),
        defaultValue: "16384",
        help: "Bytes that the headers of a request may have; more is answered 431."
      )
    case .maximumRequestBytes:
      OptionDefinition(
        "max-request-bytes",
        variables: "APUS_MAX_REQUEST_BYTES",
        form: .number(1...1_073_741_824),
        defaultValue: "33554432",
        help: "Bytes that the body of a GraphQL request may have; more is answered 413."
      )
    case .maximumAdminRequestBytes:
      OptionDefinition(
        "max-admin-request-bytes",
        variables: "APUS_MAX_ADMIN_REQUEST_BYTES",
        form: .number(1...1_073_741_824),
        defaultValue: "67108864",
        help: "The same for the metadata and query APIs."
      )
    case .batchLimit:
      OptionDefinition(
        "batch-limit",
        variables: "APUS_BATCH_LIMIT",
        form: .number(1...10_000),
        defaultValue: "20",
        help: "Operations that one request may hold."
      )
    case .stringifyNumericTypes:
      OptionDefinition(
        "stringify-numeric-types",
        variables: "HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES",
        form: .flag,
        help: "Answer bigint, numeric, float8 and money as strings."
      )
    case .nullCollapse:
      OptionDefinition(
        "v1-boolean-null-collapse",
        variables: "HASURA_GRAPHQL_V1_BOOLEAN_NULL_COLLAPSE",
        form: .flag,
        help: "Take a null in a condition for no condition, as Hasura 1 did."
      )
    case .inferFunctionPermissions:
      OptionDefinition(
        "infer-function-permissions",
        variables: "HASURA_GRAPHQL_INFER_FUNCTION_PERMISSIONS",
        form: .flag,
        defaultValue: "true",
        help: "Let roles that may read a table call the functions that return its rows."
      )
    case .adminInternalErrors:
      OptionDefinition(
        "admin-internal-errors",
        variables: "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
        form: .flag,
        defaultValue: "true",
        help: "Show the role admin what PostgreSQL said."
      )
    case .devMode:
      OptionDefinition(
        "dev-mode",
        variables: "HASURA_GRAPHQL_DEV_MODE",
        form: .flag,
        help: "Show everyone what PostgreSQL said."
      )
    case .transactionIsolation:
      OptionDefinition(
        "tx-iso",
        "i",
        variables: "HASURA_GRAPHQL_TX_ISOLATION",
        form: .choice(["read-committed", "repeatable-read", "serializable"]),
        defaultValue: "read-committed",
        help: "How far mutations are kept apart from each other."
      )
    case .mutationRetries:
      OptionDefinition(
        "mutation-retries",
        variables: "APUS_MUTATION_RETRIES",
        form: .number(0...100),
        defaultValue: "0",
        help: "Times that a mutation is tried again when PostgreSQL undid it for concurrent ones."
      )
    case .idempotencyLifetime:
      OptionDefinition(
        "idempotency-lifetime",
        variables: "APUS_IDEMPOTENCY_LIFETIME",
        form: .number(1...31_536_000),
        defaultValue: "86400",
        help: "Seconds that the answer to a mutation with an Idempotency-Key is kept."
      )
    case .schemaSyncInterval:
      OptionDefinition(
        "schema-sync-poll-interval",
        variables: "HASURA_GRAPHQL_SCHEMA_SYNC_POLL_INTERVAL",
        form: .number(0...86_400_000),
        defaultValue: "1000",
        help: "Milliseconds between looks for metadata that another server changed; 0 is never."
      )
    case .planCacheSize:
      OptionDefinition(
        "query-plan-cache-size",
        variables: "HASURA_GRAPHQL_QUERY_PLAN_CACHE_SIZE",
        form: .number(1...1_000_000),
        defaultValue: "1000",
        help: "Operations whose plans each thread keeps."
      )
    case .tokenLimit:
      OptionDefinition(
        "token-limit",
        variables: "APUS_TOKEN_LIMIT",
        form: .number(1...10_000_000),
        defaultValue: "10000",
        help: "Tokens that a document may have."
      )
    case .depthLimit:
      OptionDefinition(
        "depth-limit",
        variables: "APUS_DEPTH_LIMIT",
        form: .number(1...100),
        defaultValue: "20",
        help: "Levels of fields that an operation may have."
      )
    case .rootFieldLimit:
      OptionDefinition(
        "root-field-limit",
        variables: "APUS_ROOT_FIELD_LIMIT",
        form: .number(1...100_000),
        defaultValue: "100",
        help: "Fields that an operation may have at its root."
      )
    case .nodeLimit:
      OptionDefinition(
        "node-limit",
        variables: "APUS_NODE_LIMIT",
        form: .number(1...1_000_000),
        defaultValue: "5000",
        help: "Fields that an operation may have in all, fragments written out."
      )
    case .preserve401Errors:
      OptionDefinition(
        "preserve-401-errors",
        variables: "HASURA_GRAPHQL_PRESERVE_401_ERRORS",
        form: .flag,
        help: "Answer 401 on /v1/graphql where the admin secret is wrong, instead of 200."
      )
    case .enableAllowlist:
      OptionDefinition(
        "enable-allowlist",
        variables: "HASURA_GRAPHQL_ENABLE_ALLOWLIST",
        form: .flag,
        help: "Let others than admin ask only what the allow list has."
      )
    case .logTypes:
      OptionDefinition(
        "enabled-log-types",
        variables: "HASURA_GRAPHQL_ENABLED_LOG_TYPES",
        form: .choices(LogType.allCases.filter(\.isOptional).map(\.rawValue)),
        defaultValue: LogType.enabledByDefault.map(\.rawValue).joined(separator: ","),
        help: "The types of log lines that are written."
      )
    case .logLevel:
      OptionDefinition(
        "log-level",
        variables: "HASURA_GRAPHQL_LOG_LEVEL",
        form: .choice(LogLevel.allCases.map(\.rawValue)),
        defaultValue: "info",
        help: "Log lines of this level and above are written."
      )
    case .role:
      OptionDefinition(
        "role",
        variables: "APUS_ROLE",
        form: .text(placeholder: "ROLE"),
        defaultValue: "admin",
        commands: Command.remote.union([.schemaPrint]),
        help: "The role whose schema is printed, or as which presets are run."
      )
    case .server:
      OptionDefinition(
        "server",
        variables: "APUS_SERVER",
        form: .text(placeholder: "URL"),
        defaultValue: "http://127.0.0.1:8080",
        commands: Command.remote,
        help: "The running server that is asked."
      )
    case .token:
      OptionDefinition(
        "token",
        variables: "APUS_TOKEN",
        form: .secret,
        commands: Command.remote,
        help: "A JSON web token to ask with, in the place of the admin secret."
      )
    case .header:
      OptionDefinition(
        "header",
        variables: "APUS_HEADER",
        form: .pairs,
        commands: Command.remote,
        help: "A header to ask with, such as x-hasura-account-ids={…}; may be repeated."
      )
    case .presetVariable:
      OptionDefinition(
        "var",
        variables: "APUS_PRESET_VARIABLE",
        form: .pairs,
        commands: [.presetRun],
        help: "A variable of the saved query; may be repeated."
      )
    case .format:
      OptionDefinition(
        "format",
        variables: "APUS_FORMAT",
        form: .choice(["table", "json", "csv"]),
        defaultValue: "table",
        commands: Command.remote,
        help: "How the rows are printed; csv is that of RFC 4180."
      )
    case .watch:
      OptionDefinition(
        "watch",
        variables: "APUS_WATCH",
        form: .flag,
        commands: [.presetRun],
        help: "Run the query again and again, until Ctrl-C."
      )
    case .watchInterval:
      OptionDefinition(
        "interval",
        variables: "APUS_WATCH_INTERVAL",
        form: .number(1...86_400),
        defaultValue: "2",
        commands: [.presetRun],
        help: "Seconds between the runs of --watch."
      )
    }
  }
}
