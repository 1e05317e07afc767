import JSON

/// A command about native queries or logical models.
package enum NativeQueryCommand: Hashable, Sendable {
  case track(source: String, NativeQuery)
  /// With what leads to the query, where `cascades` says so.
  case untrack(source: String, name: String, cascades: Bool)
  case getQueries(source: String)
  case trackModel(source: String, LogicalModel)
  case untrackModel(source: String, name: String)
  case getModels(source: String)
  case permit(source: String, model: String, Permission<SelectPermission>)
  case forbid(source: String, model: String, role: String)
}

extension NativeQueryCommand {
  static let types: Set<String> = [
    "track_native_query", "untrack_native_query", "get_native_query", "track_logical_model",
    "untrack_logical_model", "get_logical_model", "create_logical_model_select_permission",
    "drop_logical_model_select_permission",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    _ = try arguments.object("Object")
    let source = try arguments.source()
    switch type {
    case "track_native_query":
      self = .track(source: source, try NativeQuery(decoding: arguments))
    case "untrack_native_query":
      self = .untrack(
        source: source,
        name: try arguments.required("root_field_name").graphQLName(),
        cascades: try arguments.optional("cascade")?.bool() ?? false
      )
    case "get_native_query": self = .getQueries(source: source)
    case "track_logical_model":
      self = .trackModel(source: source, try LogicalModel(decoding: arguments))
    case "untrack_logical_model":
      self = .untrackModel(source: source, name: try arguments.required("name").graphQLName())
    case "get_logical_model": self = .getModels(source: source)
    case "create_logical_model_select_permission":
      self = .permit(
        source: source,
        model: try arguments.required("name").graphQLName(),
        try Permission(decoding: arguments)
      )
    default:
      self = .forbid(
        source: source,
        model: try arguments.required("name").graphQLName(),
        role: try arguments.required("role").nonEmptyString()
      )
    }
  }

  /// The query that is to be tracked, which the database has to understand.
  package var newQuery: (source: String, query: NativeQuery)? {
    if case .track(let source, let query) = self { (source, query) } else { nil }
  }
}

extension MetadataEditor {
  mutating func apply(_ command: NativeQueryCommand) throws(MetadataError) -> JSONValue {
    switch command {
    case .track(let name, let query): try track(query, in: name)
    case .untrack(let name, let query, let cascades):
      try untrackQuery(query, in: name, cascades: cascades)
    case .getQueries(let name):
      return .array(try known(name).nativeQueries.map { $0.encoded() })
    case .trackModel(let name, let model): try track(model, in: name)
    case .untrackModel(let name, let model): try untrackModel(model, in: name)
    case .getModels(let name): return .array(try known(name).logicalModels.map { $0.encoded() })
    case .permit(let name, let model, let permission): try permit(permission, model, in: name)
    case .forbid(let name, let model, let role): try forbid(role, model, in: name)
    }
    return Self.success
  }

  private func known(_ name: String) throws(MetadataError) -> Source {
    guard let source = metadata.source(named: name) else {
      throw failure(.notFound, "Source '\(name)' of kind postgres not found.")
    }
    return source
  }

  private mutating func track(
    _ query: NativeQuery,
    in name: String
  ) throws(MetadataError) {
    let source = try known(name)
    guard !source.nativeQueries.contains(where: { $0.rootField == query.rootField }) else {
      throw failure(
        .alreadyTracked,
        "Native query '\(query.rootField)' is already tracked."
      )
    }
    let list = (source.others["native_queries"]?.array ?? []) + [query.encoded()]
    try store(
      metadata(changing: name) { $0.others["native_queries"] = .array(list) },
      for: .nativeQuery(source: name, query.rootField)
    )
  }

  private mutating func untrackQuery(
    _ query: String,
    in name: String,
    cascades: Bool
  ) throws(MetadataError) {
    let list = try known(name).others["native_queries"]?.array ?? []
    guard list.contains(where: { $0["root_field_name"]?.string == query }) else {
      throw failure(.notFound, "Native query \"\(query)\" not found in source \"\(name)\".")
    }
    var dependents: [SchemaObject] = []
    if cascades, let source = consistency.metadata.source(named: name),
      let catalog = context.catalogs[name]
    {
      dependents = Dependencies(source, catalog: catalog).dependents(of: .nativeQuery(query))
    }
    let changed = metadata(changing: name) { source in
      for object in dependents + [.nativeQuery(query)] { source.purge(object) }
    }
    try store(changed, for: .nativeQuery(source: name, query))
  }

  private mutating func track(
    _ model: LogicalModel,
    in name: String
  ) throws(MetadataError) {
    let source = try known(name)
    guard !source.logicalModels.contains(where: { $0.name == model.name }) else {
      throw failure(.alreadyTracked, "Logical model '\(model.name)' is already tracked.")
    }
    let list = (source.others["logical_models"]?.array ?? []) + [model.encoded()]
    try store(
      metadata(changing: name) { $0.others["logical_models"] = .array(list) },
      for: .logicalModel(source: name, model.name)
    )
  }

  private mutating func untrackModel(
    _ model: String,
    in name: String
  ) throws(MetadataError) {
    let source = try known(name)
    let list = source.others["logical_models"]?.array ?? []
    let rest = list.filter { $0["name"]?.string != model }
    guard rest.count < list.count else {
      throw failure(.notFound, "Logical model \"\(model)\" not found in source \"\(name)\".")
    }
    let users = source.nativeQueries.filter { $0.model == model && $0.inlineModel == nil }
      .map(\.rootField)
    guard users.isEmpty else {
      throw failure(
        .constraintViolation,
        "Logical model \"\(model)\" still being used by native query \"\(users[0])\"."
      )
    }
    try store(
      metadata(changing: name) { $0.others["logical_models"] = .list(orNil: rest) },
      for: .logicalModel(source: name, model)
    )
  }

  // MARK: - Permissions

  private mutating func permit(
    _ permission: Permission<SelectPermission>,
    _ model: String,
    in name: String
  ) throws(MetadataError) {
    try change(model, in: name) { model throws(MetadataError) in
      guard !model.selectPermissions.contains(where: { $0.role == permission.role }) else {
        throw MetadataError(
          .alreadyExists,
          "select permission already defined on logical model \"\(model.name)\" with role "
            + "\"\(permission.role)\"",
          path: "$.args"
        )
      }
      model.selectPermissions.append(permission)
    }
  }

  private mutating func forbid(
    _ role: String,
    _ model: String,
    in name: String
  ) throws(MetadataError) {
    try change(model, in: name) { model throws(MetadataError) in
      guard model.selectPermissions.contains(where: { $0.role == role }) else {
        throw MetadataError(
          .notExists,
          "select permission on logical model \"\(model.name)\" for role \"\(role)\" does not exist",
          path: "$.args"
        )
      }
      model.selectPermissions.removeAll { $0.role == role }
    }
  }

  private mutating func change(
    _ model: String,
    in name: String,
    _ body: (inout LogicalModel) throws(MetadataError) -> Void
  ) throws(MetadataError) {
    let models = try known(name).logicalModels
    guard var changed = models.first(where: { $0.name == model }) else {
      throw failure(.notFound, "Logical model \"\(model)\" not found in source \"\(name)\".")
    }
    try body(&changed)
    let list = models.map { $0.name == model ? changed.encoded() : $0.encoded() }
    try store(
      metadata(changing: name) { $0.others["logical_models"] = .array(list) },
      for: .logicalModel(source: name, model)
    )
  }
}
