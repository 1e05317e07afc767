import GraphQLCore
import SQLCompiler

// What Apollo's federation asks of a graph that is to be part of a larger one.
extension SchemaAssembly {
  /// `_service` and, where the role sees tables that other graphs may refer to, `_entities`.
  mutating func federationFields() throws(NameConflict) -> [(FieldDefinition, FieldBinding)] {
    let service = try claimShared("_Service", for: 0)
    var members = Members<FieldDefinition, FieldBinding>()
    members.append(
      FieldDefinition(
        name: "sdl",
        description: "SDL representation of schema",
        type: TypeReference(.string).nonNull
      ),
      .serviceText
    )
    define(object: service, description: nil, members)
    var fields: [(FieldDefinition, FieldBinding)] = [
      (FieldDefinition(name: "_service", type: TypeReference(service).nonNull), .service)
    ]
    let federated = tables.indices.filter { tables[$0].isEntity }
    guard !federated.isEmpty else { return fields }
    let entity = try claimShared("_Entity", for: 0)
    var types: [TypeID] = []
    for table in federated { types.append(try type(.object, of: table)) }
    define(union: entity, of: types)
    var arguments = Members<InputValueDefinition, InputBinding>()
    let any = TypeReference(try scalar("_Any", for: 0))
    arguments.append(
      InputValueDefinition(name: "representations", type: any.nonNull.list.nonNull),
      .representations
    )
    fields.append(
      (
        // Hasura's introspection says so, although what comes is a list.
        FieldDefinition(
          name: "_entities",
          arguments: self.arguments(arguments),
          type: TypeReference(entity)
        ),
        .entities
      )
    )
    return fields
  }
}

extension VisibleTable {
  /// Whether the role sees it by a key that other graphs can name.
  var isEntity: Bool { isFederated && isVisible && primaryKeyColumns != nil }
}
