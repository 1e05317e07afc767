import Authentication
import Engine
import EventLoop
import HTTP
import Metadata
import Observability
import PostgresClient
import Resolvers

/// What `apus serve` has been told, checked as a whole.
struct ServeConfiguration: Sendable {
  var database: DatabaseAccess.Choice
  /// Where the metadata stand; nil where they are in the database itself.
  var metadataURL: String?
  var migrationsFolder: String
  var metadataFolder: String
  /// The private database is always migrated; another only when it is asked for.
  var migrates: Bool
  var loadsSample: Bool
  var threads: Int
  let options: OptionValues
  var http: HTTPConfiguration
  var service: ServiceSettings
  var grace: Duration

  init(_ options: OptionValues) throws(UsageError) {
    database = options.database
    metadataURL = options.metadataURL
    migrationsFolder = try options.required(.migrationsDirectory, OptionValues.text)
    metadataFolder = try options.required(.metadataDirectory, OptionValues.text)
    migrates = database.isEmbedded || options.flag(.migrate)
    loadsSample = options.flag(.sample)
    if migrates || loadsSample { database = try options.servedDatabase }
    threads = options.number(.threads) ?? EventLoopGroup.coreCount
    self.options = options
    grace = .seconds(try options.required(.gracefulShutdownTimeout, OptionValues.number))
    service = try ServiceSettings(options)
    http = try HTTPConfiguration(options, service.authentication)
    try checkExposure(options)
  }

  /// Whether nothing can be served before the database answers: a source may be away, the metadata not.
  var needsDatabase: Bool { metadataURL == nil || migrates || loadsSample }

  /// Refuses to let everyone be admin from everywhere, unless that is what is wanted.
  private func checkExposure(_ options: OptionValues) throws(UsageError) {
    guard !service.authentication.isAdminSecretSet, !options.flag(.insecure), !http.isLoopback
    else { return }
    throw UsageError(
      "--server-host \(http.host) is open to others, so it needs an admin secret "
        + "(HASURA_GRAPHQL_ADMIN_SECRET), or --insecure"
    )
  }

  /// What the engine is told; its pool is that of one of the event loops.
  func engine(url: String, feeds: FeedHub) throws -> EngineConfiguration {
    var engine = EngineConfiguration(database: try pool(url: url))
    if let metadataURL {
      engine.metadataDatabase = try pool(url: metadataURL)
      engine.metadataDatabase?.writeIsolation = .readCommitted
    }
    if !database.isServed { engine.sourceConfiguration = nil }
    engine.stringifiesNumericTypes = options.flag(.stringifyNumericTypes)
    engine.collapsesNullInConditions = options.flag(.nullCollapse)
    engine.takesNullForNonNull = options.flag(.nullForNonNull)
    engine.validatesNativeQueries = !options.flag(.disableNativeQueryValidation)
    engine.isInMaintenance = options.flag(.maintenanceMode)
    engine.configuredHeadersFirst = options.flag(.configuredHeadersFirst)
    engine.enforcesAllowlist = options.flag(.enableAllowlist)
    engine.infersFunctionPermissions = options.flag(.inferFunctionPermissions)
    engine.showsInternalErrorsToAdmin = options.flag(.adminInternalErrors)
    engine.isDevelopmentMode = options.flag(.devMode)
    engine.allowsNamingConventions = options.list(.experimentalFeatures)
      .contains("naming_convention")
    engine.servesApolloFederation = options.servesApolloFederation
    engine.secretPathPrefix = options.text(.secretPathPrefix)
    engine.defaultNamingConvention =
      SourceCustomization.NamingConvention(
        rawValue: try options.required(.namingConvention, OptionValues.text)
      ) ?? .hasuraDefault
    let interval = try options.required(.schemaSyncInterval, OptionValues.number)
    engine.schemaSyncInterval = interval == 0 ? nil : .milliseconds(interval)
    engine.mutationRetries = try options.required(.mutationRetries, OptionValues.number)
    engine.idempotencyLifetime = .seconds(
      try options.required(.idempotencyLifetime, OptionValues.number)
    )
    engine.subscriptions = try subscriptions
    engine.usePlatformFields(ProviderSettings(options), feeds)
    engine.eventsInFlight = try options.required(.eventsPoolSize, OptionValues.number)
    engine.eventBatch = try options.required(.eventsBatchSize, OptionValues.number)
    engine.eventInterval = try options.required(.eventsFetchInterval, OptionValues.number)
    engine.actionBatch = try options.required(.asyncActionsBatchSize, OptionValues.number)
    engine.actionInterval = try options.required(.asyncActionsFetchInterval, OptionValues.number)
    engine.limits.maximumTokens = try options.required(.tokenLimit, OptionValues.number)
    engine.limits.maximumDepth = try options.required(.depthLimit, OptionValues.number)
    engine.limits.maximumRootFields = try options.required(.rootFieldLimit, OptionValues.number)
    engine.limits.maximumFields = try options.required(.nodeLimit, OptionValues.number)
    engine.limits.cachedOperations = try options.required(.planCacheSize, OptionValues.number)
    return engine
  }

  /// Where feeds find their files, and the database that their rows are in.
  func feeds(url: String) throws -> FeedSettings {
    var feeds = FeedSettings()
    feeds.folder = options.text(.feedsDirectory).map { FilePath($0) }
    feeds.instruments = FilePath(try options.required(.instrumentsDirectory, OptionValues.text))
    feeds.cache = options.text(.feedCache).map { FilePath($0) }
    let megabytes = try options.required(.feedCheckpoint, OptionValues.number)
    feeds.checkpointBytes = UInt64(megabytes) * 1_000_000
    feeds.database = try pool(url: url)
    return feeds
  }

  /// Certificates that webhooks are trusted by, instead of the system's.
  var certificateFile: String? { options.text(.certificateFile) }

  /// Requests to webhooks at a time, for each loop.
  var webhookConnections: Int { options.number(.eventsPoolSize) ?? 100 }

  private var subscriptions: SubscriptionOptions {
    get throws(UsageError) {
      var subscriptions = SubscriptionOptions()
      subscriptions.liveInterval = try options.required(.liveInterval, OptionValues.number)
      subscriptions.liveBatchSize = try options.required(.liveBatchSize, OptionValues.number)
      subscriptions.streamInterval = try options.required(.streamInterval, OptionValues.number)
      subscriptions.streamBatchSize = try options.required(.streamBatchSize, OptionValues.number)
      subscriptions.changes.source =
        options.text(.changeSource).flatMap { ChangeSource(rawValue: $0) } ?? .polling
      subscriptions.changes.createsTriggers = options.flag(.createTriggers)
      subscriptions.changes.publication = try options.required(.publication, OptionValues.text)
      subscriptions.changes.managesPublication = options.flag(.createPublication)
      subscriptions.ownsDatabase = database.isEmbedded
      return subscriptions
    }
  }

  /// A loop's share of the connections, most of them for reads; quick reads get some where there are
  /// enough.
  func pool(url: String) throws -> PostgresConfiguration {
    var pool = try PostgresConfiguration(url: url)
    pool.share(try options.required(.connections, OptionValues.number) / threads)
    pool.route = options.route
    let isolation = try options.required(.transactionIsolation, OptionValues.text)
    pool.writeIsolation =
      PostgresConfiguration.Isolation.allCases.first {
        $0.rawValue.split(separator: " ").joined(separator: "-") == isolation
      } ?? .readCommitted
    pool.waitTimeout = .seconds(try options.required(.poolTimeout, OptionValues.number))
    pool.statementTimeout = .seconds(try options.required(.statementTimeout, OptionValues.number))
    pool.idleTimeout = .seconds(try options.required(.idleConnectionTimeout, OptionValues.number))
    pool.lifetime = .seconds(try options.required(.connectionLifetime, OptionValues.number))
    return pool
  }
}

extension OptionValues {
  /// What stands between the server and its databases.
  var route: PostgresConfiguration.Route {
    value(of: .usePreparedStatements) == .flag(false) ? .transactionPooler : .session
  }
}

extension ServiceSettings {
  fileprivate init(_ options: OptionValues) throws(UsageError) {
    self.init(
      authentication: try AuthenticationConfiguration(options),
      isAllowlistEnforced: options.flag(.enableAllowlist),
      isRelayEnabled: options.flag(.enableRelay),
      enabledAPIs: API.enabled(by: options),
      cors: options.flag(.disableCORS)
        ? .disabled : CORSPolicy(origins: options.list(.corsDomain).compactMap(OriginPattern.init)),
      batchLimit: try options.required(.batchLimit, OptionValues.number),
      metricsSecret: options.text(.metricsSecret).map { AdminSecrets([$0]) },
      experimentalFeatures: options.list(.experimentalFeatures),
      namingConvention: try options.required(.namingConvention, OptionValues.text),
      servesApolloFederation: options.servesApolloFederation,
      keeps401: options.flag(.preserve401Errors),
      logsMetadataQueries: options.flag(.metadataQueryLogging),
      sockets: try SocketSettings(options)
    )
  }
}

extension API {
  /// Whoever gives a secret for the metrics wants them, whether they are in the list or not.
  fileprivate static func enabled(by options: OptionValues) -> Set<API> {
    var enabled = Set(options.list(.enabledAPIs).compactMap(API.init))
    if options.text(.metricsSecret) != nil { enabled.insert(.metrics) }
    return enabled
  }
}

extension SocketSettings {
  fileprivate init(_ options: OptionValues) throws(UsageError) {
    let interval = try options.required(.webSocketKeepAlive, OptionValues.number)
    keepAlive = interval == 0 ? nil : .seconds(interval)
    initialisationTimeout = .seconds(
      try options.required(.webSocketInitTimeout, OptionValues.number)
    )
    maximumOperations = try options.required(.webSocketOperationLimit, OptionValues.number)
    maximumSockets = try options.required(.webSocketLimit, OptionValues.number)
    maximumMessageBytes = try options.required(.webSocketMessageBytes, OptionValues.number)
    maximumQueuedBytes = try options.required(.webSocketQueueBytes, OptionValues.number)
    compresses = options.flag(.webSocketCompression)
    readsCookies = options.flag(.webSocketReadCookie)
    closesOnMetadataChange = options.flag(.webSocketCloseOnMetadataChange)
  }
}

extension HTTPConfiguration {
  fileprivate init(
    _ options: OptionValues,
    _ authentication: AuthenticationConfiguration
  ) throws(UsageError) {
    self.init()
    host = try options.required(.host, OptionValues.text)
    port = try options.required(.port, OptionValues.number)
    limits.maximumHeadBytes = try options.required(.maximumHeaderBytes, OptionValues.number)
    idleTimeout = .seconds(try options.required(.idleTimeout, OptionValues.number))
    let limit = try options.required(.maximumRequestBytes, OptionValues.number)
    let adminLimit = try options.required(.maximumAdminRequestBytes, OptionValues.number)
    limits.maximumBodyBytes = limit
    bodyLimit = { request in
      // Only who may use the large limit gets it: others cannot fill the memory by a path.
      guard let route = Route(path: request.path), route.isAdministrative,
        authentication.isAdministrator(request.headers)
      else { return limit }
      return adminLimit
    }
    refusalResponse = { refusal in
      Reply.plain(RequestError(.badRequest, refusal.message, status: refusal.status)).response
    }
  }

  /// Whether nobody but this machine can reach the address.
  var isLoopback: Bool {
    host == "localhost" || host == "::1" || host == "[::1]"
      || (host.hasPrefix("127.") && host.split(separator: ".").count == 4
        && host.split(separator: ".").allSatisfy { UInt8($0) != nil })
  }
}

extension OptionValues {
  /// The database that a command works on.
  var database: DatabaseAccess.Choice {
    text(.databaseURL).map(DatabaseAccess.Choice.url)
      ?? text(.metadataDatabaseURL).map(DatabaseAccess.Choice.metadata)
      ?? .embedded(folder: text(.dataDirectory) ?? ".apus")
  }

  /// The database that is served, which has the platform's tables: that with the metadata has none.
  var servedDatabase: DatabaseAccess.Choice {
    get throws(UsageError) {
      let database = database
      guard database.isServed else {
        throw UsageError(
          "\(Option.databaseURL.definition.flag) is missing: the database of "
            + "\(Option.metadataDatabaseURL.definition.flag) has the metadata alone"
        )
      }
      return database
    }
  }

  /// The database with the metadata; nil where it is the one that a command works on.
  var metadataURL: String? {
    guard let url = text(.databaseURL), let metadata = text(.metadataDatabaseURL),
      (try? ConnectionString(naming: url)) != (try? ConnectionString(naming: metadata))
    else { return nil }
    return metadata
  }

  /// Hasura has an option for it now, and had an experimental feature before.
  fileprivate var servesApolloFederation: Bool {
    flag(.enableApolloFederation) || list(.experimentalFeatures).contains("apollo_federation")
  }

  /// The value of an option that has a default, read by one of the accessors.
  func required<Value>(
    _ option: Option,
    _ value: (OptionValues) -> (Option) -> Value?
  ) throws(UsageError) -> Value {
    guard let value = value(self)(option) else {
      throw UsageError("\(option.definition.flag) is missing")
    }
    return value
  }
}
