import Catalog
package import JSON

extension RemoteRelationship {
  /// How strictly a definition is read; metadata may hold one of an older form.
  enum Form: String {
    case lenient
    case strict

    fileprivate var alternatives: String {
      self == .strict
        ? "to_source, to_remote_schema" : "remote_schema, to_source, to_remote_schema"
    }
  }

  /// An entry `{"name": …, "definition": {…}}`; nil where it leads to a remote schema.
  init?(
    decoding cursor: JSONCursor,
    _ form: Form = .lenient
  ) throws(MetadataError) {
    _ = try cursor.object("RemoteRelationship")
    let name = try cursor.required("name").nonEmptyString()
    let definition = try cursor.required("definition")
    _ = try definition.object("RemoteRelationshipDefinition (\(form.rawValue) format)")
    if form == .lenient, definition.optional("remote_schema") != nil { return nil }
    let toSource = definition.optional("to_source")
    let toSchema = definition.optional("to_remote_schema")
    guard (toSource == nil) != (toSchema == nil), definition.optional("remote_schema") == nil else {
      throw definition.failure(
        "remote relationship definition (\(form.rawValue) format) expects exactly one of: "
          + form.alternatives
      )
    }
    guard let toSource else { return nil }
    try self.init(name: name, toSource: toSource)
  }

  private init(name: String, toSource cursor: JSONCursor) throws(MetadataError) {
    _ = try cursor.object("ToSourceRelationshipDef")
    let type = try cursor.required("relationship_type")
    guard let kind = type.value.string.flatMap({ Relationship.Kind(rawValue: $0) }) else {
      throw type.failure("expecting either 'object' or 'array' for rel_type")
    }
    let mapping = try cursor.required("field_mapping")
    var pairs: [Relationship.ColumnPair] = []
    for member in try mapping.object("HashMap").members {
      let remote = try mapping.required(member.key).string()
      pairs.append(Relationship.ColumnPair(local: member.key, remote: remote))
    }
    self.name = name
    source = try cursor.required("source").nonEmptyString()
    let given = try cursor.required("table")
    table = try TableName(decoding: given)
    givenTable = given.value
    self.kind = kind
    columnMapping = pairs.sorted { $0.local.precedes($1.local) }
  }

  package func encoded() -> JSONValue {
    ["name": .string(name), "definition": encodedDefinition]
  }

  private var encodedDefinition: JSONValue {
    let mapping = columnMapping.map {
      JSONObject.Member(key: $0.local, value: .string($0.remote))
    }
    return [
      "to_source": [
        "field_mapping": .object(JSONObject(mapping)),
        "relationship_type": .string(kind.rawValue), "source": .string(source),
        "table": isAsGiven ? givenTable : table.encoded(),
      ]
    ]
  }

  private var isAsGiven: Bool {
    (try? TableName(decoding: JSONCursor(givenTable))) == table
  }

  func object(of table: TableName, in source: String) -> MetadataObject {
    MetadataObject(
      id: .remoteRelationship(source: source, table, name: name),
      definition: [
        "definition": encodedDefinition, "name": .string(name), "source": .string(source),
        "table": table.encoded(),
      ]
    )
  }
}

extension TrackedTable {
  private static let remoteKey = "remote_relationships"

  /// All entries of the document, those too that lead to remote schemas.
  private var remoteEntries: [JSONValue] { others[Self.remoteKey]?.array ?? [] }

  /// Those that lead to tables of sources.
  package var remoteRelationships: [RemoteRelationship] {
    remoteEntries.compactMap { try? RemoteRelationship(decoding: JSONCursor($0)) }
  }

  /// The names of all, those too that lead to remote schemas.
  var remoteRelationshipNames: [String] { remoteEntries.compactMap { $0["name"]?.string } }

  /// Refuses entries that cannot be read.
  static func checkRemoteRelationships(of table: JSONCursor) throws(MetadataError) {
    let names = try table.list(remoteKey) { entry throws(MetadataError) in
      _ = try RemoteRelationship(decoding: entry)
      return try entry.required("name").nonEmptyString()
    }
    try table.checkUnique("remote relationships", names)
  }

  /// Puts an entry in the place of the one of its name.
  mutating func setRemoteRelationship(_ relationship: RemoteRelationship) {
    dropRemoteRelationship(named: relationship.name)
    others[Self.remoteKey] = .array(remoteEntries + [relationship.encoded()])
  }

  mutating func dropRemoteRelationship(named name: String) {
    keepRemoteRelationships { !$0.hasSameBytes(as: name) }
  }

  mutating func keepRemoteRelationships(where isKept: (String) -> Bool) {
    guard !remoteEntries.isEmpty else { return }
    others[Self.remoteKey] = .list(
      orNil: remoteEntries.filter { $0["name"]?.string.map(isKept) ?? true }
    )
  }

  /// Changes what leads to tables of sources.
  mutating func updateRemoteRelationships(_ change: (inout RemoteRelationship) -> Void) {
    guard !remoteEntries.isEmpty else { return }
    others[Self.remoteKey] = .array(
      remoteEntries.map { entry in
        guard var relationship = try? RemoteRelationship(decoding: JSONCursor(entry)) else {
          return entry
        }
        let old = relationship
        change(&relationship)
        return relationship == old ? entry : relationship.encoded()
      }
    )
  }
}
