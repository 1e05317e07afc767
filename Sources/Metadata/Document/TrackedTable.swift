package import Catalog
package import JSON

/// A table, or a view, that the schema shows.
package struct TrackedTable: Hashable, Sendable {
  package var table: TableName
  /// Whether its rows are the values of a GraphQL enum.
  package var isEnum: Bool
  package var configuration: TableConfiguration
  package var objectRelationships: [Relationship]
  package var arrayRelationships: [Relationship]
  package var computedFields: [ComputedField]
  package var insertPermissions: [Permission<InsertPermission>]
  package var selectPermissions: [Permission<SelectPermission>]
  package var updatePermissions: [Permission<UpdatePermission>]
  package var deletePermissions: [Permission<DeletePermission>]
  /// Every other member, such as `remote_relationships` or `event_triggers`.
  package var others: JSONObject

  package init(
    _ table: TableName,
    isEnum: Bool = false,
    configuration: TableConfiguration = TableConfiguration(),
    objectRelationships: [Relationship] = [],
    arrayRelationships: [Relationship] = [],
    computedFields: [ComputedField] = [],
    insertPermissions: [Permission<InsertPermission>] = [],
    selectPermissions: [Permission<SelectPermission>] = [],
    updatePermissions: [Permission<UpdatePermission>] = [],
    deletePermissions: [Permission<DeletePermission>] = [],
    others: JSONObject = JSONObject()
  ) {
    self.table = table
    self.isEnum = isEnum
    self.configuration = configuration
    self.objectRelationships = objectRelationships
    self.arrayRelationships = arrayRelationships
    self.computedFields = computedFields
    self.insertPermissions = insertPermissions
    self.selectPermissions = selectPermissions
    self.updatePermissions = updatePermissions
    self.deletePermissions = deletePermissions
    self.others = others
  }

  package func relationship(named name: String) -> Relationship? {
    objectRelationships.first { $0.name.hasSameBytes(as: name) }
      ?? arrayRelationships.first { $0.name.hasSameBytes(as: name) }
  }

  package func computedField(named name: String) -> ComputedField? {
    computedFields.first { $0.name.hasSameBytes(as: name) }
  }

  package var hasRelationships: Bool {
    !objectRelationships.isEmpty || !arrayRelationships.isEmpty
  }

  package var hasPermissions: Bool {
    !insertPermissions.isEmpty || !selectPermissions.isEmpty || !updatePermissions.isEmpty
      || !deletePermissions.isEmpty
  }

  package var withoutPermissions: TrackedTable {
    var table = self
    table.insertPermissions = []
    table.selectPermissions = []
    table.updatePermissions = []
    table.deletePermissions = []
    return table
  }
}
