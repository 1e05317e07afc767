package import Catalog
package import JSON

/// A command of the metadata API with its arguments read.
package indirect enum MetadataCommand: Hashable, Sendable {
  /// A table of a source, as arguments name it.
  package struct TableReference: Hashable, Sendable {
    package var source: String
    package var table: TableName
  }

  /// A function of a source, as arguments name it.
  package struct FunctionReference: Hashable, Sendable {
    package var source: String
    package var function: FunctionName
  }

  package struct TrackTable: Hashable, Sendable {
    package var reference: TableReference
    package var isEnum: Bool
    package var configuration: TableConfiguration
    /// Members of the tracked table that are kept as they came.
    package var others: JSONObject
  }

  package struct UntrackTable: Hashable, Sendable {
    package var reference: TableReference
    package var cascades: Bool
  }

  package enum BulkMode: Hashable, Sendable {
    /// The first error undoes all.
    case bulk
    /// Errors stand in the list of answers.
    case keepGoing
    /// Checked once, after the last command.
    case atomic
  }

  /// What `reload_metadata` wants read again.
  package enum ReloadScope: Hashable, Sendable {
    case all
    case none
    case some([String])
  }

  case trackTable(TrackTable)
  case trackTables([TrackTable], allowsWarnings: Bool)
  case untrackTable(UntrackTable)
  case untrackTables([UntrackTable], allowsWarnings: Bool)
  case setTableIsEnum(TableReference, Bool)
  case setApolloFederation(TableReference, JSONValue?)
  case setTableCustomization(TableReference, TableConfiguration)
  case createRelationship(TableReference, Relationship.Kind, Relationship)
  case dropRelationship(TableReference, name: String, cascades: Bool)
  case renameRelationship(TableReference, name: String, newName: String)
  case setRelationshipComment(TableReference, name: String, comment: String?)
  case remoteRelationship(TableReference, RemoteRelationshipCommand)
  case suggestRelationships(source: String, tables: [TableName]?, omitsTracked: Bool)
  case getSourceTables(source: String)
  case getSourceTrackables(source: String)
  case getTableInfo(source: String, TableName)
  case trackFunction(FunctionReference, TrackedFunction)
  case untrackFunction(FunctionReference)
  case setFunctionCustomization(FunctionReference, FunctionConfiguration)
  case createFunctionPermission(FunctionReference, role: String)
  case dropFunctionPermission(FunctionReference, role: String)
  case addComputedField(TableReference, ComputedField)
  case dropComputedField(TableReference, name: String, cascades: Bool)
  case permission(TableReference, PermissionCommand)
  case queryCollection(QueryCollectionCommand)
  case endpoint(EndpointCommand)
  case setting(SettingCommand)
  case action(ActionCommand)
  case trigger(TriggerCommand)
  case nativeQuery(NativeQueryCommand)
  case source(SourceCommand)
  case operation(OperationCommand)
  /// Version 2 tells the document's version too.
  case exportMetadata(version: Int)
  case replaceMetadata(ReplaceMetadata)
  case reloadMetadata(sources: ReloadScope)
  case clearMetadata
  case getInconsistentMetadata
  case dropInconsistentMetadata
  case dumpInternalState
  case bulk(BulkMode, [MetadataCommand])

  package struct ReplaceMetadata: Hashable, Sendable {
    package var metadata: Metadata
    /// Whether the document is one of the versions without sources.
    package var isUnsourced: Bool
    package var allowsInconsistencies: Bool
    /// Whether the answer tells the inconsistencies.
    package var isDetailed: Bool
  }

  /// What the command is, where it changes no metadata.
  package var operation: OperationCommand? {
    if case .operation(let command) = self { command } else { nil }
  }

  /// Whether what the metadata ask for in the databases is to be looked after again.
  package var isReload: Bool {
    switch self {
    case .reloadMetadata: true
    case .bulk(_, let commands): commands.contains(where: \.isReload)
    default: false
    }
  }

  /// The sources whose catalogs have to be read again before the command is applied.
  package var reloadedSources: ReloadScope {
    switch self {
    case .reloadMetadata(let sources): sources
    case .replaceMetadata: .all
    case .bulk(_, let commands):
      commands.lazy.map(\.reloadedSources).contains(.all) ? .all : .none
    default: .none
    }
  }
}
