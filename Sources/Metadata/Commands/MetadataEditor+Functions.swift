import Catalog
import JSON

extension MetadataEditor {
  mutating func trackFunction(
    _ reference: MetadataCommand.FunctionReference,
    _ function: TrackedFunction
  ) throws(MetadataError) -> JSONValue {
    let (source, _) = try source(reference.source)
    guard source.function(function.function) == nil else {
      throw failure(.alreadyTracked, "function already tracked: \"\(function.function)\"")
    }
    guard source.table(function.function) == nil else {
      throw failure(.notSupported, "table with name \"\(function.function)\" already exists")
    }
    let changed = metadata(changing: reference.source) { source in
      source.functions.removeAll { $0.function == function.function }
      source.functions.append(function)
    }
    try store(changed, for: reference.id)
    return Self.success
  }

  mutating func untrackFunction(
    _ reference: MetadataCommand.FunctionReference
  ) throws(MetadataError) -> JSONValue {
    _ = try function(reference)
    let changed = metadata(changing: reference.source) { $0.purge(.function(reference.function)) }
    try storeRemoval(changed)
    return Self.success
  }

  mutating func setCustomization(
    _ configuration: FunctionConfiguration,
    of reference: MetadataCommand.FunctionReference
  ) throws(MetadataError) -> JSONValue {
    _ = try function(reference)
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.function) { $0.configuration = configuration }
    }
    try store(changed, for: reference.id)
    return Self.success
  }

  // MARK: - Permissions

  mutating func createPermission(
    of role: String,
    for reference: MetadataCommand.FunctionReference
  ) throws(MetadataError) -> JSONValue {
    let function = try function(reference)
    guard !function.permits(role) else {
      throw failure(
        .alreadyExists,
        "permission of role \"\(role)\" already exists for function \"\(reference.function)\" in "
          + "source: \"\(reference.source)\""
      )
    }
    let (source, catalog) = try source(reference.source)
    if case .success(let resolved) = function.resolved(in: catalog) {
      let table = source.table(resolved.table)
      guard table?.permits(role, RoleHierarchy(metadata)) == true else {
        throw failure(
          .notSupported,
          "function permission can only be added when the function's return table "
            + "\"\(resolved.table)\" has select permission configured for role: \"\(role)\""
        )
      }
    }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.function) { $0.permittedRoles.append(role) }
    }
    try store(changed, for: reference.id)
    return Self.success
  }

  mutating func dropPermission(
    of role: String,
    for reference: MetadataCommand.FunctionReference
  ) throws(MetadataError) -> JSONValue {
    let function = metadata.source(named: reference.source)?.function(reference.function)
    guard function?.permits(role) == true else {
      throw failure(
        .notExists,
        "permission of role \"\(role)\" does not exist for function \"\(reference.function)\" in "
          + "source: \"\(reference.source)\""
      )
    }
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.function) { function in
        function.permittedRoles.removeAll { $0.hasSameBytes(as: role) }
      }
    }
    try storeRemoval(changed)
    return Self.success
  }

  private func function(
    _ reference: MetadataCommand.FunctionReference
  ) throws(MetadataError) -> TrackedFunction {
    guard
      let function = consistency.metadata.source(named: reference.source)?
        .function(reference.function)
    else {
      throw failure(
        .notExists,
        "function \"\(reference.function)\" does not exist in source: \(reference.source)"
      )
    }
    return function
  }
}

extension MetadataCommand.FunctionReference {
  var id: MetadataObject.ID { .function(source: source, function) }
}

extension Source {
  /// Changes a tracked function where it is tracked.
  fileprivate mutating func update(
    _ name: FunctionName,
    _ change: (inout TrackedFunction) -> Void
  ) {
    guard let index = functions.firstIndex(where: { $0.function == name }) else { return }
    change(&functions[index])
  }
}

extension TrackedTable {
  /// Whether the role, or one that it inherits from, may do anything with the table.
  fileprivate func permits(_ role: String, _ hierarchy: RoleHierarchy) -> Bool {
    let roles =
      insertPermissions.map(\.role) + selectPermissions.map(\.role) + updatePermissions.map(\.role)
      + deletePermissions.map(\.role)
    let permissions = roles.map { Permission(role: $0, definition: true) }
    return !hierarchy.definitions(of: role, in: permissions).isEmpty
  }
}
