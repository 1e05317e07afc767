import GraphQLCore
import SQLCompiler

// Fields that lead to tables of any source; as in Hasura they have no descriptions.
extension SchemaAssembly {
  mutating func appendRemoteRelationship(
    _ index: Int,
    _ relationship: BoundRelationship,
    to fields: inout Members<FieldDefinition, FieldBinding>
  ) throws(NameConflict) {
    let target = relationship.target
    let type = try reference(to: .object, of: target)
    guard relationship.isArray else {
      return fields.append(
        FieldDefinition(name: relationship.name, type: type),
        .remoteRelationship(index)
      )
    }
    // The arguments are named as its source names them.
    let own = naming
    naming = tables[target].naming
    defer { naming = own }
    let arguments = try selectArguments(of: target)
    fields.append(
      FieldDefinition(
        name: relationship.name,
        arguments: arguments,
        type: type.nonNull.list.nonNull
      ),
      .remoteRelationship(index)
    )
    guard tables[target].allowsAggregations else { return }
    fields.append(
      FieldDefinition(
        name: naming.field(relationship.nameParts("aggregate")),
        arguments: arguments,
        type: try reference(to: .aggregate, of: target).nonNull
      ),
      .remoteRelationshipAggregate(index)
    )
  }
}
