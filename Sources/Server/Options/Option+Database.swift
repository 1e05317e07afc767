/// The options that say which database is served, and what is put into it.
extension Option {
  static var databaseURLDefinition: OptionDefinition {
    OptionDefinition(
      "database-url",
      variables: "HASURA_GRAPHQL_DATABASE_URL",
      form: .databaseURL,
      commands: Option.database,
      help: "The PostgreSQL database; without it a private one is started in the data folder."
    )
  }

  static var metadataDatabaseURLDefinition: OptionDefinition {
    OptionDefinition(
      "metadata-database-url",
      variables: "HASURA_GRAPHQL_METADATA_DATABASE_URL",
      form: .databaseURL,
      commands: Option.database,
      help:
        "The database with the metadata, scheduled events and calls of actions, where it is not that of"
        + " --database-url; alone it has nothing served until a source is added."
    )
  }

  static var dataDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "data-dir",
      variables: "APUS_DATA_DIR",
      form: .text(placeholder: "FOLDER"),
      defaultValue: ".apus",
      commands: Option.database,
      help: "Where the private PostgreSQL and what was fetched are kept."
    )
  }

  static var connectionsDefinition: OptionDefinition {
    OptionDefinition(
      "connections",
      "c",
      variables: "HASURA_GRAPHQL_PG_CONNECTIONS",
      form: .number(1...10_000),
      defaultValue: "50",
      help: "At most so many connections to PostgreSQL, shared out among the threads."
    )
  }

  static var poolTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "pool-timeout",
      variables: "HASURA_GRAPHQL_POOL_TIMEOUT",
      form: .number(1...3600),
      defaultValue: "5",
      help: "Seconds that a request waits for a connection before it fails."
    )
  }

  static var idleConnectionTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "timeout",
      variables: "HASURA_GRAPHQL_PG_TIMEOUT",
      form: .number(1...31_536_000),
      defaultValue: "180",
      help: "Seconds after which a connection to PostgreSQL that nothing uses is closed."
    )
  }

  static var connectionLifetimeDefinition: OptionDefinition {
    OptionDefinition(
      "conn-lifetime",
      variables: "HASURA_GRAPHQL_PG_CONN_LIFETIME",
      form: .number(0...31_536_000),
      defaultValue: "600",
      help: "Seconds after which a connection to PostgreSQL gives way to a new one; 0 is never."
    )
  }

  static var statementTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "statement-timeout",
      variables: "APUS_STATEMENT_TIMEOUT",
      form: .number(0...86_400),
      defaultValue: "30",
      help: "Seconds that PostgreSQL may spend on one statement; 0 is without limit."
    )
  }

  static var migrateDefinition: OptionDefinition {
    OptionDefinition(
      "migrate",
      variables: "APUS_MIGRATE",
      form: .flag,
      help: "Apply the migrations to the database of --database-url before serving."
    )
  }

  static var sampleDefinition: OptionDefinition {
    OptionDefinition(
      "sample",
      variables: "APUS_SAMPLE",
      form: .flag,
      help: "Load the sample data before serving, unless they are there."
    )
  }

  static var sampleDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "sample-dir",
      variables: "APUS_SAMPLE_DIR",
      form: .text(placeholder: "FOLDER"),
      defaultValue: "SampleData",
      commands: [.serve, .sampleLoad],
      help: "The folder of the sample data that are not fetched."
    )
  }

  static var migrationsDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "migrations-dir",
      variables: "APUS_MIGRATIONS_DIR",
      form: .text(placeholder: "FOLDER"),
      defaultValue: "Migrations",
      commands: [.serve, .migrateUp, .migrateDown, .migrateStatus],
      help: "The folder of the migrations."
    )
  }

  static var metadataDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "metadata-dir",
      variables: "APUS_METADATA_DIR",
      form: .text(placeholder: "FOLDER"),
      defaultValue: "metadata",
      commands: [.serve, .metadataApply, .metadataExport, .metadataDiff],
      help: "The folder of the metadata, as the Hasura CLI lays it out (version 3)."
    )
  }

  static var usePreparedStatementsDefinition: OptionDefinition {
    OptionDefinition(
      "use-prepared-statements",
      variables: "HASURA_GRAPHQL_USE_PREPARED_STATEMENTS",
      form: .flag,
      defaultValue: "true",
      help:
        "Keep statements and settings in sessions of the databases; false where a pooler in transaction"
        + " mode, such as PgBouncer, gives each transaction another session."
    )
  }

  static var transactionIsolationDefinition: OptionDefinition {
    OptionDefinition(
      "tx-iso",
      "i",
      variables: "HASURA_GRAPHQL_TX_ISOLATION",
      form: .choice(["read-committed", "repeatable-read", "serializable"]),
      defaultValue: "read-committed",
      help: "How far mutations are kept apart from each other."
    )
  }

  static var mutationRetriesDefinition: OptionDefinition {
    OptionDefinition(
      "mutation-retries",
      variables: "APUS_MUTATION_RETRIES",
      form: .number(0...100),
      defaultValue: "0",
      help: "Times that a mutation is tried again when PostgreSQL undid it for concurrent ones."
    )
  }

  static var idempotencyLifetimeDefinition: OptionDefinition {
    OptionDefinition(
      "idempotency-lifetime",
      variables: "APUS_IDEMPOTENCY_LIFETIME",
      form: .number(1...31_536_000),
      defaultValue: "86400",
      help: "Seconds that the answer to a mutation with an Idempotency-Key is kept."
    )
  }

  static var schemaSyncIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "schema-sync-poll-interval",
      variables: "HASURA_GRAPHQL_SCHEMA_SYNC_POLL_INTERVAL",
      form: .number(0...86_400_000),
      defaultValue: "1000",
      help: "Milliseconds between looks for metadata that another server changed; 0 is never."
    )
  }

  static var maintenanceModeDefinition: OptionDefinition {
    OptionDefinition(
      "enable-maintenance-mode",
      variables: "HASURA_GRAPHQL_ENABLE_MAINTENANCE_MODE",
      form: .flag,
      help: "Refuse what changes the metadata; everything else is served."
    )
  }
}
