package import JSON
package import Metadata
package import PostgresClient

/// What the operator has chosen.
package struct EngineConfiguration: Sendable {
  /// The database that is served, for the pool of one loop.
  package var database: PostgresConfiguration
  /// Where the metadata stand, for the pool of one loop; nil where that is the served database.
  package var metadataDatabase: PostgresConfiguration?
  /// The `configuration` of the source `default` when there are no metadata yet; nil where no database
  /// was named to be served, so that `database` is no more than where the metadata stand.
  package var sourceConfiguration: JSONValue? = [
    "connection_info": ["database_url": ["from_env": "HASURA_GRAPHQL_DATABASE_URL"]]
  ]
  package var stringifiesNumericTypes = false
  package var collapsesNullInConditions = false
  /// Whether a variable of a non-null type may be null where the place that it is for takes null.
  package var takesNullForNonNull = false
  /// Whether PostgreSQL is asked if it understands a native query before it is tracked.
  package var validatesNativeQueries = true
  /// Whether the metadata cannot be changed.
  package var isInMaintenance = false
  /// Whether others than administrators may only ask what the allow list has.
  package var enforcesAllowlist = false
  /// Whether a role may ask a function for the rows that it may read anyway.
  package var infersFunctionPermissions = true
  /// Whether sources may name things by another convention than Hasura's own.
  package var allowsNamingConventions = false
  /// The convention of sources that choose none.
  package var defaultNamingConvention = SourceCustomization.NamingConvention.hasuraDefault
  /// Whether the schema can be part of a graph of Apollo's federation.
  package var servesApolloFederation = false
  /// Whether errors show administrators what PostgreSQL said.
  package var showsInternalErrorsToAdmin = true
  /// Whether errors show everyone what PostgreSQL said.
  package var isDevelopmentMode = false
  /// How often another server's change of the metadata is looked for; nil for never.
  package var schemaSyncInterval: Duration? = .seconds(1)
  package var limits = RequestLimits()
  /// How often a mutation is tried again that PostgreSQL undid because of concurrent ones.
  package var mutationRetries = 0
  /// How long the answer to a mutation with an idempotency key is kept.
  package var idempotencyLifetime: Duration = .seconds(86_400)

  /// Fields of the root types that are written in Swift.
  package var nativeFields: [NativeField] = []
  /// What is wrong with an entry of `cron_triggers`; nil where nothing is.
  package var triggerDefect: @Sendable (JSONValue) -> String? = { _ in nil }

  /// Asks webhooks; without one nobody can be asked.
  package var webhooks: WebhookSender?
  /// Whether the own headers of an action or of an input's check go before those of the client that have
  /// their names.
  package var configuredHeadersFirst = false
  /// What templates in URLs and headers of webhooks may refer to.
  package var environment: [String: String] = [:]
  /// What the paths of files have to begin with that metadata may name as `dynamic_from_file`; nil where
  /// none may be read.
  package var secretPathPrefix: String?
  /// Is told of each attempt to tell a webhook of an event that failed, on any loop.
  package var reportFailedAttempt: @Sendable (FailedAttempt) -> Void = { _ in }
  /// How many events are told at a time, and how long, in milliseconds, to wait where there are none.
  package var eventsInFlight = 100
  /// How many events are taken over at once.
  package var eventBatch = 500
  package var eventInterval = 50
  /// For how many milliseconds events wait whose trigger this server does not know.
  package var eventPatience: UInt64 = 180_000
  /// The same of the calls of asynchronous actions.
  package var actionBatch = 10
  package var actionInterval = 200
  /// How often scheduled events are looked for, in milliseconds.
  package var scheduleInterval = 500
  /// After how many milliseconds those are let go that are locked and that nobody tells.
  package var releaseInterval: UInt64 = 60_000
  /// How long to wait before a source that is away is looked for again; more where it stays away.
  package var sourceRetryInterval: Duration = .seconds(1)

  package var subscriptions = SubscriptionOptions()

  package init(database: PostgresConfiguration) {
    self.database = database
  }
}

/// How much one request may ask for.
package struct RequestLimits: Hashable, Sendable {
  package var maximumTokens = 10_000
  /// Nesting of braces, brackets and parentheses in a document.
  package var maximumNesting = 200
  /// Levels of fields: `a { b { c } }` has three.
  package var maximumDepth = 20
  package var maximumRootFields = 100
  /// Fields of all levels, fragments written out.
  package var maximumFields = 5_000
  /// Operations, and plans of each, that a loop keeps.
  package var cachedOperations = 1_000
  package var cachedPlansPerOperation = 64
  /// Plans of more statements are made anew each time: rows with rows of their own have a plan for each
  /// number of them.
  package var cachedStatements = 256
  /// Operations of longer documents are read anew each time.
  package var cachedDocumentBytes = 131_072

  package init() {}
}
