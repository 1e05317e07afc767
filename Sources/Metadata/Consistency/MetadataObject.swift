package import Catalog
package import JSON

/// An entry of the metadata that can stand by itself, or be wrong by itself.
package struct MetadataObject: Hashable, Sendable {
  package enum PermissionKind: String, CaseIterable, Hashable, Sendable {
    case insert
    case select
    case update
    case delete
  }

  package enum ID: Hashable, Sendable {
    case source(String)
    case table(source: String, TableName)
    case relationship(source: String, TableName, Relationship.Kind, name: String)
    case remoteRelationship(source: String, TableName, name: String)
    case permission(source: String, TableName, PermissionKind, role: String)
    case computedField(source: String, TableName, name: String)
    case function(source: String, FunctionName)
    case eventTrigger(source: String, TableName, name: String)
    case action(String)
    case customTypes
    case nativeQuery(source: String, String)
    case logicalModel(source: String, String)
    case inheritedRole(String)
    case restEndpoint(String)
    case query(collection: String, name: String)
  }

  package var id: ID
  /// The entry as commands would write it.
  package var definition: JSONValue

  package init(id: ID, definition: JSONValue) {
    self.id = id
    self.definition = definition
  }
}

extension MetadataObject.ID {
  /// What Hasura calls this kind of object.
  package var typeName: String {
    switch self {
    case .source: "source"
    case .table: "table"
    case .relationship(_, _, let kind, _): "\(kind.rawValue)_relation"
    case .remoteRelationship: "remote_relationship"
    case .permission(_, _, let kind, _): "\(kind.rawValue)_permission"
    case .computedField: "computed_field"
    case .function: "function"
    case .eventTrigger: "event_trigger"
    case .action: "action"
    case .customTypes: "custom_types"
    case .nativeQuery: "native_query"
    case .logicalModel: "logical_model"
    case .inheritedRole: "inherited_role"
    case .restEndpoint: "rest_endpoint"
    case .query: "query_collections"
    }
  }

  /// `object_relation author in table article in source default`.
  package var description: String {
    switch self {
    case .source(let name): "\(typeName) \(name)"
    case .table(let source, let name): "\(typeName) \(name) in source \(source)"
    case .relationship(let source, let table, _, let name):
      "\(typeName) \(name) in table \(table) in source \(source)"
    case .permission(let source, let table, _, let role):
      "\(typeName) \(role) in table \(table) in source \(source)"
    case .computedField(let source, let table, let name),
      .remoteRelationship(let source, let table, let name):
      "\(typeName) \(name) in table \(table) in source \(source)"
    case .function(let source, let name): "\(typeName) \(name) in source \(source)"
    case .eventTrigger(let source, let table, let name):
      "\(typeName) \(name) in table \(table) in source \(source)"
    case .action(let name): "\(typeName) \(name)"
    case .customTypes: "\(typeName) custom_types"
    case .nativeQuery(let source, let name), .logicalModel(let source, let name):
      "\(typeName) \(name) in source \(source)"
    case .inheritedRole(let name): "\(typeName) inherited role \(name)"
    case .restEndpoint(let name): "\(typeName) \(name)"
    case .query(let collection, let name): "\(typeName) \(name) in \(collection)"
    }
  }
}

/// What is wrong with an object, or with several that contradict each other.
package struct InconsistentObject: Hashable, Sendable {
  /// In which words the reason is told, and in which form the objects.
  private enum Form: Hashable, Sendable {
    case inconsistent
    /// The reason says it all.
    case plain
    /// A permission that a role does not inherit; there is no such object in the document.
    case notInherited
    /// The definitions of several endpoints of which the first stands for all.
    case ambiguous([JSONValue])
  }

  package var objects: [MetadataObject]
  /// A sentence without Hasura's prefix.
  package var message: String
  private var form: Form = .inconsistent

  package init(_ object: MetadataObject, _ message: String) {
    objects = [object]
    self.message = message
  }

  package init(conflicting objects: [MetadataObject], _ message: String) {
    self.objects = objects
    self.message = message
  }

  package init(plain object: MetadataObject, _ message: String) {
    objects = [object]
    self.message = message
    form = .plain
  }

  package init(ambiguous objects: [MetadataObject], _ message: String) {
    self.objects = Array(objects.prefix(1))
    self.message = message
    form = .ambiguous(objects.map(\.definition))
  }

  /// What the roles that a role inherits from do not agree on, of all that they may write.
  package init(notInherited id: MetadataObject.ID, _ message: String) {
    objects = [MetadataObject(id: id, definition: .null)]
    self.message = message
    form = .notInherited
  }

  /// Whether no command may bring it about; roles may well disagree.
  package var isRefused: Bool { form != .notInherited }

  package var reason: String {
    form == .inconsistent ? "Inconsistent object: \(message)" : message
  }

  /// As `get_inconsistent_metadata` tells it.
  package func encoded() -> JSONValue {
    if case .ambiguous(let definitions) = form {
      return ["reason": .string(reason), "conflicts": .array(definitions)]
    }
    if form == .notInherited,
      case .permission(let source, let table, let kind, let role)? = objects.first?.id
    {
      return [
        "reason": .string(reason), "name": .string(role),
        "type": "inherited role permission inconsistency",
        "entity": [
          "permission_type": .string(kind.rawValue), "source": .string(source),
          "table": table.schema == "public" ? .string(table.name) : table.encoded(),
        ],
      ]
    }
    if objects.count == 1, let object = objects.first { return encoded(object, reason: reason) }
    return [
      "objects": .array(objects.map { encoded($0, reason: nil) }), "reason": .string(reason),
    ]
  }

  private func encoded(_ object: MetadataObject, reason: String?) -> JSONValue {
    var members = JSONObject()
    members.append("definition", object.definition)
    if let reason { members.append("reason", .string(reason)) }
    members.append("name", .string(object.id.description))
    members.append("type", .string(object.id.typeName))
    return .object(members)
  }
}
