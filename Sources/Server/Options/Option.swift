import Observability

/// The options of `apus`, each with its definition: a case without one does not compile.
enum Option: CaseIterable, Sendable {
  case databaseURL, metadataDatabaseURL, dataDirectory
  case connections, poolTimeout, idleConnectionTimeout, connectionLifetime, statementTimeout
  case migrate, sample, sampleDirectory, migrationsDirectory, metadataDirectory
  case adminSecret, adminSecrets, unauthorizedRole, jwtSecret, jwtSecrets
  case authHook, authHookMode, authHookSendRequestBody, authHookTimeout, certificateFile
  case host, port, insecure, enabledAPIs, metricsSecret, corsDomain, disableCORS
  case threads, maximumHeaderBytes, maximumRequestBytes, maximumAdminRequestBytes
  case batchLimit, idleTimeout, gracefulShutdownTimeout, enableAllowlist, enableRelay
  case eventsPoolSize, eventsFetchInterval, eventsBatchSize, triggerErrorLevel
  case asyncActionsBatchSize, asyncActionsFetchInterval, configuredHeadersFirst
  case webSocketKeepAlive, webSocketInitTimeout, webSocketCompression, webSocketReadCookie
  case webSocketCloseOnMetadataChange
  case webSocketLimit, webSocketOperationLimit, webSocketMessageBytes, webSocketQueueBytes
  case stringifyNumericTypes, nullCollapse, nullForNonNull, inferFunctionPermissions
  case disableNativeQueryValidation
  case preserve401Errors, adminInternalErrors, devMode
  case experimentalFeatures, namingConvention, enableApolloFederation, secretPathPrefix
  case usePreparedStatements, transactionIsolation, mutationRetries, idempotencyLifetime
  case schemaSyncInterval, maintenanceMode
  case planCacheSize, tokenLimit, depthLimit, rootFieldLimit, nodeLimit
  case liveInterval, liveBatchSize, streamInterval, streamBatchSize
  case changeSource, publication, createPublication, createTriggers
  case workers, jobLease
  case feedsDirectory, instrumentsDirectory, feedCache, feedCheckpoint
  case barsDirectory, leanDataDirectory, leanProjects, leanCommand
  case alpacaURL, alpacaDataURL, tradierURL, polygonURL, fredURL, providerTimeout
  case logTypes, logLevel, metadataQueryLogging
  case role
  case server, token, header, presetVariable, format, watch, watchInterval
  case bookMode, cellMilliseconds, radius, tick, gold, noGrid, maximumBins, levels, noAlign
  case instrument, out, instrumentFile

  /// Commands that talk to a database.
  static let database = Set(Command.allCases)
    .subtracting([.version])
    .subtracting(Command.remote)
    .subtracting(Command.files)

  var definition: OptionDefinition {
    switch self {
    case .databaseURL: Option.databaseURLDefinition
    case .metadataDatabaseURL: Option.metadataDatabaseURLDefinition
    case .dataDirectory: Option.dataDirectoryDefinition
    case .connections: Option.connectionsDefinition
    case .poolTimeout: Option.poolTimeoutDefinition
    case .statementTimeout: Option.statementTimeoutDefinition
    case .idleConnectionTimeout: Option.idleConnectionTimeoutDefinition
    case .connectionLifetime: Option.connectionLifetimeDefinition
    case .migrate: Option.migrateDefinition
    case .sample: Option.sampleDefinition
    case .sampleDirectory: Option.sampleDirectoryDefinition
    case .migrationsDirectory: Option.migrationsDirectoryDefinition
    case .metadataDirectory: Option.metadataDirectoryDefinition
    case .host: Option.hostDefinition
    case .port: Option.portDefinition
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
    case .insecure: Option.insecureDefinition
    case .enabledAPIs: Option.enabledAPIsDefinition
    case .metricsSecret: Option.metricsSecretDefinition
    case .corsDomain: Option.corsDomainDefinition
    case .disableCORS: Option.disableCORSDefinition
    case .threads: Option.threadsDefinition
    case .idleTimeout: Option.idleTimeoutDefinition
    case .gracefulShutdownTimeout: Option.gracefulShutdownTimeoutDefinition
    case .maximumHeaderBytes: Option.maximumHeaderBytesDefinition
    case .maximumRequestBytes: Option.maximumRequestBytesDefinition
    case .maximumAdminRequestBytes: Option.maximumAdminRequestBytesDefinition
    case .batchLimit: Option.batchLimitDefinition
    case .webSocketKeepAlive: Option.webSocketKeepAliveDefinition
    case .webSocketInitTimeout: Option.webSocketInitTimeoutDefinition
    case .webSocketCompression: Option.webSocketCompressionDefinition
    case .webSocketReadCookie: Option.webSocketReadCookieDefinition
    case .webSocketCloseOnMetadataChange: Option.webSocketCloseOnMetadataChangeDefinition
    case .webSocketLimit: Option.webSocketLimitDefinition
    case .webSocketOperationLimit: Option.webSocketOperationLimitDefinition
    case .webSocketMessageBytes: Option.webSocketMessageBytesDefinition
    case .webSocketQueueBytes: Option.webSocketQueueBytesDefinition
    case .stringifyNumericTypes: Option.stringifyNumericTypesDefinition
    case .nullCollapse: Option.nullCollapseDefinition
    case .nullForNonNull: Option.nullForNonNullDefinition
    case .inferFunctionPermissions: Option.inferFunctionPermissionsDefinition
    case .disableNativeQueryValidation: Option.disableNativeQueryValidationDefinition
    case .adminInternalErrors: Option.adminInternalErrorsDefinition
    case .devMode: Option.devModeDefinition
    case .experimentalFeatures: Option.experimentalFeaturesDefinition
    case .namingConvention: Option.namingConventionDefinition
    case .enableApolloFederation: Option.enableApolloFederationDefinition
    case .secretPathPrefix: Option.secretPathPrefixDefinition
    case .usePreparedStatements: Option.usePreparedStatementsDefinition
    case .transactionIsolation: Option.transactionIsolationDefinition
    case .mutationRetries: Option.mutationRetriesDefinition
    case .idempotencyLifetime: Option.idempotencyLifetimeDefinition
    case .schemaSyncInterval: Option.schemaSyncIntervalDefinition
    case .maintenanceMode: Option.maintenanceModeDefinition
    case .planCacheSize: Option.planCacheSizeDefinition
    case .tokenLimit: Option.tokenLimitDefinition
    case .depthLimit: Option.depthLimitDefinition
    case .rootFieldLimit: Option.rootFieldLimitDefinition
    case .nodeLimit: Option.nodeLimitDefinition
    case .preserve401Errors: Option.preserve401ErrorsDefinition
    case .enableAllowlist: Option.enableAllowlistDefinition
    case .enableRelay: Option.enableRelayDefinition
    case .eventsPoolSize: Option.eventsPoolSizeDefinition
    case .eventsFetchInterval: Option.eventsFetchIntervalDefinition
    case .eventsBatchSize: Option.eventsBatchSizeDefinition
    case .configuredHeadersFirst: Option.configuredHeadersFirstDefinition
    case .triggerErrorLevel: Option.triggerErrorLevelDefinition
    case .asyncActionsBatchSize: Option.asyncActionsBatchSizeDefinition
    case .asyncActionsFetchInterval: Option.asyncActionsFetchIntervalDefinition
    case .liveInterval: Option.liveIntervalDefinition
    case .liveBatchSize: Option.liveBatchSizeDefinition
    case .streamInterval: Option.streamIntervalDefinition
    case .streamBatchSize: Option.streamBatchSizeDefinition
    case .changeSource: Option.changeSourceDefinition
    case .workers: Option.workersDefinition
    case .jobLease: Option.jobLeaseDefinition
    case .feedsDirectory: Option.feedsDirectoryDefinition
    case .instrumentsDirectory: Option.instrumentsDirectoryDefinition
    case .feedCache: Option.feedCacheDefinition
    case .feedCheckpoint: Option.feedCheckpointDefinition
    case .barsDirectory: Option.barsDirectoryDefinition
    case .leanDataDirectory: Option.leanDataDirectoryDefinition
    case .leanProjects: Option.leanProjectsDefinition
    case .leanCommand: Option.leanCommandDefinition
    case .alpacaURL: Option.alpacaURLDefinition
    case .alpacaDataURL: Option.alpacaDataURLDefinition
    case .tradierURL: Option.tradierURLDefinition
    case .polygonURL: Option.polygonURLDefinition
    case .fredURL: Option.fredURLDefinition
    case .providerTimeout: Option.providerTimeoutDefinition
    case .publication: Option.publicationDefinition
    case .createPublication: Option.createPublicationDefinition
    case .createTriggers: Option.createTriggersDefinition
    case .logTypes: Option.logTypesDefinition
    case .logLevel: Option.logLevelDefinition
    case .metadataQueryLogging: Option.metadataQueryLoggingDefinition
    case .role: Option.roleDefinition
    case .server: Option.serverDefinition
    case .token: Option.tokenDefinition
    case .header: Option.headerDefinition
    case .presetVariable: Option.presetVariableDefinition
    case .format: Option.formatDefinition
    case .watch: Option.watchDefinition
    case .watchInterval: Option.watchIntervalDefinition
    case .bookMode: Option.bookModeDefinition
    case .cellMilliseconds: Option.cellMillisecondsDefinition
    case .radius: Option.radiusDefinition
    case .tick: Option.tickDefinition
    case .gold: Option.goldDefinition
    case .noGrid: Option.noGridDefinition
    case .maximumBins: Option.maximumBinsDefinition
    case .levels: Option.levelsDefinition
    case .noAlign: Option.noAlignDefinition
    case .instrument: Option.instrumentDefinition
    case .out: Option.outDefinition
    case .instrumentFile: Option.instrumentFileDefinition
    }
  }
}
