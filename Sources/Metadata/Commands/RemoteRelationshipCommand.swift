import Catalog
import JSON

/// A command about relationships of one table to tables of any source.
package enum RemoteRelationshipCommand: Hashable, Sendable {
  /// Replaces the one of its name.
  case create(RemoteRelationship)
  /// Replaces one that has to be there.
  case update(RemoteRelationship)
  case delete(name: String)

  /// Their names, without the prefix of a backend.
  static let types: Set<String> = [
    "create_remote_relationship", "update_remote_relationship", "delete_remote_relationship",
  ]

  init(type: String, decoding arguments: JSONCursor) throws(MetadataError) {
    guard type != "delete_remote_relationship" else {
      self = .delete(name: try arguments.required("name").nonEmptyString())
      return
    }
    _ = try arguments.required("name").nonEmptyString()
    let isOfOldForm = arguments.optional("remote_schema") != nil
    guard isOfOldForm != (arguments.optional("definition") != nil) else {
      throw arguments.failure(
        "create_remote_relationship expects exactly one of: remote_schema, definition"
      )
    }
    guard !isOfOldForm, let relationship = try RemoteRelationship(decoding: arguments, .strict)
    else {
      throw MetadataError(
        .notSupported,
        "remote schemas are not supported",
        path: arguments.path.text
      )
    }
    self =
      type == "update_remote_relationship" ? .update(relationship) : .create(relationship)
  }
}

extension MetadataEditor {
  mutating func apply(
    _ command: RemoteRelationshipCommand,
    to reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    switch command {
    case .create(let relationship):
      _ = try table(reference)
      return try set(relationship, of: reference)
    case .update(let relationship):
      try checkRemoteRelationship(relationship.name, of: reference)
      return try set(relationship, of: reference)
    case .delete(let name):
      try checkRemoteRelationship(name, of: reference)
      let changed = metadata(changing: reference.source) { source in
        source.purge(.remoteRelationship(reference.table, name))
      }
      try storeRemoval(changed)
      return Self.success
    }
  }

  private mutating func set(
    _ relationship: RemoteRelationship,
    of reference: MetadataCommand.TableReference
  ) throws(MetadataError) -> JSONValue {
    let changed = metadata(changing: reference.source) { source in
      source.update(reference.table) { $0.setRemoteRelationship(relationship) }
    }
    let id = MetadataObject.ID.remoteRelationship(
      source: reference.source,
      reference.table,
      name: relationship.name
    )
    // One that replaces another is looked at as if there had been none.
    try store(changed, for: id)
    return Self.success
  }

  /// One that does not hold can be changed and deleted too.
  private func checkRemoteRelationship(
    _ name: String,
    of reference: MetadataCommand.TableReference
  ) throws(MetadataError) {
    let (tracked, table, _) = try table(reference)
    let entry = metadata.source(named: reference.source)?.table(reference.table)
    if entry?.remoteRelationshipNames.contains(where: { $0.hasSameBytes(as: name) }) == true {
      return
    }
    guard tracked.hasField(name, in: table) else {
      throw failure(.notExists, "\"\(name)\" does not exist")
    }
    throw failure(.unexpectedPayload, "expecting a remote relationship")
  }
}
