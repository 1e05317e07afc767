import Catalog
import JSON

extension MetadataCommand {
  /// Commands about the document as a whole, whose names have no prefix.
  static let documentTypes: Set<String> = [
    "export_metadata", "replace_metadata", "reload_metadata", "clear_metadata",
    "get_inconsistent_metadata", "drop_inconsistent_metadata", "dump_internal_state", "bulk",
    "bulk_keep_going", "bulk_atomic",
  ]

  /// Commands without a prefix that are about one part of the document.
  private static let partTypes = QueryCollectionCommand.types
    .union(EndpointCommand.types)
    .union(SettingCommand.types)
    .union(ActionCommand.types)
    .union(TriggerCommand.plainTypes)
    .union(OperationCommand.plainTypes)
    .union(SourceCommand.plainTypes)
    .union(remoteSchemaTypes)

  /// Commands that are read, so that a mistake in them is told, and refused.
  private static let remoteSchemaTypes: Set<String> = [
    "add_remote_schema", "update_remote_schema", "remove_remote_schema", "reload_remote_schema",
    "introspect_remote_schema",
  ]

  /// Whether a type, with its prefix split off, names a command.
  static func knows(_ type: String) -> Bool {
    documentTypes.contains(type) || partTypes.contains(type)
  }

  static func knowsTable(_ name: String) -> Bool {
    tableTypes.contains(name) || functionTypes.contains(name)
      || RemoteRelationshipCommand.types.contains(name)
      || PermissionCommand.types.contains(name) || TriggerCommand.sourceTypes.contains(name)
      || NativeQueryCommand.types.contains(name) || SourceCommand.sourceTypes.contains(name)
      || OperationCommand.sourceTypes.contains(name)
  }

  /// Commands about a source, whose names have a prefix in the metadata API.
  static let tableTypes: Set<String> = [
    "track_table", "add_existing_table_or_view", "track_tables", "untrack_table",
    "untrack_tables", "set_apollo_federation_config", "set_table_is_enum",
    "set_table_customization", "set_table_custom_fields",
    "create_object_relationship", "create_array_relationship", "drop_relationship",
    "rename_relationship", "set_relationship_comment", "suggest_relationships",
    "get_source_tables", "get_source_trackables", "get_table_info",
  ]

  /// Commands about functions of a source and computed fields.
  static let functionTypes: Set<String> = [
    "track_function", "untrack_function", "set_function_customization",
    "create_function_permission", "drop_function_permission", "add_computed_field",
    "drop_computed_field",
  ]

  /// `pg` and `track_table` of `pg_track_table`; no backend where the prefix is none of ours.
  static func split(_ type: String) -> (backend: String?, name: String) {
    guard let underscore = type.firstIndex(of: "_") else { return (nil, type) }
    let prefix = String(type[..<underscore])
    guard Source.isPostgres(prefix) else { return (nil, type) }
    return (prefix, String(type[type.index(after: underscore)...]))
  }

  init(
    parsing request: JSONCursor,
    dialect: MetadataRequest.Dialect
  ) throws(MetadataError) {
    let type = try request.typeName()
    let version = try request.optional("version")?.int() ?? 1
    // The older endpoint tells where in the arguments something is wrong, and not more.
    let required = try request.required("args")
    let arguments = JSONCursor(
      required.value,
      at: dialect == .metadata ? required.path : request.path
    )
    if Self.documentTypes.contains(type) {
      try self.init(document: type, version: version, arguments, dialect)
      return
    }
    if Self.partTypes.contains(type) {
      try self.init(part: type, arguments)
      return
    }
    let (backend, name) = Self.split(type)
    guard backend != nil || dialect == .query else {
      let prefix = String(type.prefix { $0 != "_" })
      throw request.failure(
        "unknown metadata command \"\(type)\"; \"\(prefix)\" was not recognized as a valid "
          + "backend name"
      )
    }
    if Self.functionTypes.contains(name) {
      try self.init(function: name, arguments)
      return
    }
    guard Self.knowsTable(name) else {
      throw request.failure(
        "unknown metadata command \"\(name)\" for backend \(backend ?? "postgres")"
      )
    }
    if SourceCommand.sourceTypes.contains(name) {
      self = .source(try SourceCommand(type: name, decoding: arguments))
    } else if NativeQueryCommand.types.contains(name) {
      self = .nativeQuery(try NativeQueryCommand(type: name, decoding: arguments))
    } else if OperationCommand.sourceTypes.contains(name) {
      self = .operation(try OperationCommand(type: name, decoding: arguments))
    } else if TriggerCommand.sourceTypes.contains(name) {
      self = .trigger(try TriggerCommand(type: name, decoding: arguments))
    } else if RemoteRelationshipCommand.types.contains(name) {
      self = .remoteRelationship(
        try TableReference(decoding: arguments),
        try RemoteRelationshipCommand(type: name, decoding: arguments)
      )
    } else if PermissionCommand.types.contains(name) {
      self = .permission(
        try TableReference(decoding: arguments),
        try PermissionCommand(type: name, decoding: arguments)
      )
    } else {
      try self.init(table: name, arguments)
    }
  }

  private init(part type: String, _ arguments: JSONCursor) throws(MetadataError) {
    if Self.remoteSchemaTypes.contains(type) {
      _ = try arguments.required("name").nonEmptyString()
      throw MetadataError(
        .notSupported,
        "remote schemas are not supported",
        path: arguments.path.text
      )
    }
    if SourceCommand.plainTypes.contains(type) {
      self = .source(try SourceCommand(type: type, decoding: arguments))
    } else if QueryCollectionCommand.types.contains(type) {
      self = .queryCollection(try QueryCollectionCommand(type: type, decoding: arguments))
    } else if EndpointCommand.types.contains(type) {
      self = .endpoint(try EndpointCommand(type: type, decoding: arguments))
    } else if OperationCommand.plainTypes.contains(type) {
      self = .operation(try OperationCommand(type: type, decoding: arguments))
    } else if TriggerCommand.plainTypes.contains(type) {
      self = .trigger(try TriggerCommand(type: type, decoding: arguments))
    } else if ActionCommand.types.contains(type) {
      self = .action(try ActionCommand(type: type, decoding: arguments))
    } else {
      self = .setting(try SettingCommand(type: type, decoding: arguments))
    }
  }

  // MARK: - Tables and relationships

  private init(table type: String, _ arguments: JSONCursor) throws(MetadataError) {
    switch type {
    case "track_table", "add_existing_table_or_view":
      self = .trackTable(try TrackTable(decoding: arguments))
    case "track_tables":
      self = .trackTables(
        try arguments.required("tables").map(TrackTable.init(decoding:)),
        allowsWarnings: try arguments.optional("allow_warnings")?.bool() ?? true
      )
    case "untrack_table": self = .untrackTable(try UntrackTable(decoding: arguments))
    case "untrack_tables":
      self = .untrackTables(
        try arguments.required("tables").map(UntrackTable.init(decoding:)),
        allowsWarnings: try arguments.optional("allow_warnings")?.bool() ?? true
      )
    case "set_table_is_enum":
      self = .setTableIsEnum(
        try TableReference(decoding: arguments),
        try arguments.required("is_enum").bool()
      )
    case "set_apollo_federation_config":
      let configuration = arguments.optional("apollo_federation_config")
      if let enable = try configuration?.required("enable"), try enable.string() != "v1" {
        throw enable.failure("enable takes only \"v1\" as the value")
      }
      self = .setApolloFederation(
        try TableReference(decoding: arguments),
        configuration?.value
      )
    case "set_table_customization":
      self = .setTableCustomization(
        try TableReference(decoding: arguments),
        try TableConfiguration(decoding: arguments.required("configuration"))
      )
    case "set_table_custom_fields":
      self = .setTableCustomization(
        try TableReference(decoding: arguments),
        try TableConfiguration(decodingCustomFields: arguments)
      )
    case "create_object_relationship", "create_array_relationship":
      let kind: Relationship.Kind = type == "create_object_relationship" ? .object : .array
      self = .createRelationship(
        try TableReference(decoding: arguments),
        kind,
        try Relationship(decoding: arguments, kind: kind)
      )
    default: try self.init(existingRelationship: type, arguments)
    }
  }

  private init(
    existingRelationship type: String,
    _ arguments: JSONCursor
  ) throws(MetadataError) {
    switch type {
    case "drop_relationship":
      self = .dropRelationship(
        try TableReference(decoding: arguments),
        name: try arguments.required("relationship").nonEmptyString(),
        cascades: try arguments.optional("cascade")?.bool() ?? false
      )
    case "rename_relationship":
      self = .renameRelationship(
        try TableReference(decoding: arguments),
        name: try arguments.required("name").nonEmptyString(),
        newName: try arguments.required("new_name").nonEmptyString()
      )
    case "set_relationship_comment":
      self = .setRelationshipComment(
        try TableReference(decoding: arguments),
        name: try arguments.required("relationship").nonEmptyString(),
        comment: try arguments.optional("comment")?.string()
      )
    case "suggest_relationships":
      self = .suggestRelationships(
        source: try arguments.source(),
        tables: try arguments.optional("tables")?.map(TableName.init(decoding:)),
        omitsTracked: try arguments.optional("omit_tracked")?.bool() ?? false
      )
    case "get_source_trackables":
      self = .getSourceTrackables(source: try arguments.required("source").nonEmptyString())
    case "get_table_info":
      self = .getTableInfo(
        source: try arguments.required("source").nonEmptyString(),
        try TableName(decoding: try arguments.required("table"))
      )
    default: self = .getSourceTables(source: try arguments.source())
    }
  }

  // MARK: - The document

  private init(
    document type: String,
    version: Int,
    _ arguments: JSONCursor,
    _ dialect: MetadataRequest.Dialect
  ) throws(MetadataError) {
    switch type {
    case "export_metadata": self = .exportMetadata(version: version)
    case "replace_metadata":
      self = .replaceMetadata(try ReplaceMetadata(decoding: arguments, version: version))
    case "reload_metadata": self = .reloadMetadata(sources: try ReloadScope(decoding: arguments))
    case "clear_metadata": self = .clearMetadata
    case "get_inconsistent_metadata": self = .getInconsistentMetadata
    case "drop_inconsistent_metadata": self = .dropInconsistentMetadata
    case "dump_internal_state": self = .dumpInternalState
    default:
      let mode: BulkMode =
        type == "bulk" ? .bulk : type == "bulk_keep_going" ? .keepGoing : .atomic
      let commands = try arguments.map { command throws(MetadataError) in
        try MetadataCommand(parsing: command, dialect: dialect)
      }
      self = .bulk(mode, commands)
    }
  }
}

extension MetadataCommand.TableReference {
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    _ = try arguments.object("Object")
    source = try arguments.source()
    table = try TableName(decoding: arguments.required("table"))
  }
}

extension MetadataCommand.TrackTable {
  /// `{"table": t, …}`, or t alone: `"t"` or `{"schema": "s", "name": "t"}`.
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    guard arguments.optional("table") != nil else {
      let table = try TableName(decoding: arguments)
      self.init(
        reference: MetadataCommand.TableReference(source: "default", table: table),
        isEnum: false,
        configuration: TableConfiguration(),
        others: JSONObject()
      )
      return
    }
    self.init(
      reference: try MetadataCommand.TableReference(decoding: arguments),
      isEnum: try arguments.optional("is_enum")?.bool() ?? false,
      configuration: try arguments.optional("configuration")
        .map(TableConfiguration.init(decoding:)) ?? TableConfiguration(),
      others: JSONObject()
    )
    for member in ["apollo_federation_config", "logical_model"] {
      if let value = arguments.optional(member)?.value { others.append(member, value) }
    }
  }
}

extension MetadataCommand.UntrackTable {
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    reference = try MetadataCommand.TableReference(decoding: arguments)
    cascades = try arguments.optional("cascade")?.bool() ?? false
  }
}

extension MetadataCommand.ReplaceMetadata {
  /// The document itself, or `{"metadata": document, …}`.
  init(decoding arguments: JSONCursor, version: Int) throws(MetadataError) {
    _ = try arguments.object("ReplaceMetadata")
    let isWrapped = version == 2 || arguments.optional("metadata") != nil
    let document = isWrapped ? try arguments.required("metadata") : arguments
    metadata = try Metadata(decoding: document)
    isUnsourced = try document.optional("version")?.int() != 3
    allowsInconsistencies =
      isWrapped
      ? try arguments.optional("allow_inconsistent_metadata")?.bool() ?? false : false
    isDetailed = isWrapped
  }
}

extension MetadataCommand.ReloadScope {
  init(decoding arguments: JSONCursor) throws(MetadataError) {
    guard let sources = arguments.optional("reload_sources") else {
      self = .all
      return
    }
    if let all = sources.value.bool {
      self = all ? .all : .none
    } else {
      self = .some(
        try sources.map { name throws(MetadataError) in try name.nonEmptyString() }
      )
    }
  }
}

extension TableConfiguration {
  /// The arguments of `set_table_custom_fields`, an older way to say a part of it.
  init(decodingCustomFields arguments: JSONCursor) throws(MetadataError) {
    var members = JSONObject()
    for key in ["custom_root_fields", "custom_column_names"] {
      if let value = arguments.optional(key)?.value { members.append(key, value) }
    }
    try self.init(decoding: JSONCursor(.object(members), at: arguments.path))
  }
}

extension JSONCursor {
  /// The source that arguments name, or the one that they mean when they name none.
  func source() throws(MetadataError) -> String {
    try optional("source")?.nonEmptyString() ?? "default"
  }
}
