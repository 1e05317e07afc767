import GraphQLCore
import Metadata
import SQLCompiler

// What the Relay schema has: connections, and objects that are known by one id over all tables.
extension SchemaAssembly {
  /// The root fields of a table in the Relay schema; none where the role does not see its key.
  mutating func relayFields(
    of table: Int
  ) throws(NameConflict) -> [(definition: FieldDefinition, binding: FieldBinding)] {
    let visible = tables[table]
    guard visible.shows(.select), visible.primaryKeyColumns != nil else { return [] }
    let field = FieldDefinition(
      name: connectionName(of: visible),
      description: rootDescription(
        .select,
        of: visible,
        "fetch data from the table: \(visible.displayName.inQuotes)"
      ),
      arguments: arguments(try makeConnectionArguments(of: table)),
      type: try reference(to: .connection, of: table).nonNull
    )
    return [(field, .connection(table: table))]
  }

  private func connectionName(of table: VisibleTable) -> String {
    let word = SchemaNaming.Part("connection")
    if let custom = table.customRootFields[.select]?.name, custom.isGraphQLName {
      return table.naming.root([SchemaNaming.Part(custom, isCustom: true), word])
    }
    return table.naming.root(table.nameParts + [word])
  }

  /// The root field of a function whose rows have a key.
  mutating func relayFields(
    ofFunction index: Int
  ) throws(NameConflict) -> [(definition: FieldDefinition, binding: FieldBinding)] {
    let function = functions[index]
    guard function.bound.returnsSet, tables[function.table].primaryKeyColumns != nil else {
      return []
    }
    var members = Members<InputValueDefinition, InputBinding>()
    do throws(NameConflict) {
      if let input = try argumentsType(of: function) {
        members.append(
          InputValueDefinition(
            name: "args",
            description: "input parameters for function \(function.fieldName.inQuotes)",
            type: input
          ),
          .functionArguments
        )
      }
      let others = try makeConnectionArguments(of: function.table)
      for (definition, binding) in zip(others.definitions, others.bindings) {
        members.append(definition, binding)
      }
      let field = FieldDefinition(
        name: function.connectionName,
        description: "execute function \(function.name.quoted) which returns "
          + tables[function.table].displayName.inQuotes,
        arguments: arguments(members.sorted),
        type: try reference(to: .connection, of: function.table).nonNull
      )
      return [(field, .functionConnection(index))]
    } catch {
      throw NameConflict(table: error.table, function: index, name: error.name)
    }
  }

  /// `node(id: ID!)`, by which any object is found.
  mutating func nodeField() throws(NameConflict) -> (FieldDefinition, FieldBinding) {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "id",
        description: "A globally unique id",
        type: TypeReference(.id).nonNull
      ),
      .nodeID
    )
    let field = FieldDefinition(
      name: "node",
      arguments: arguments(members),
      type: TypeReference(try nodeInterface())
    )
    return (field, .node)
  }

  /// The interface of all objects that have an id.
  mutating func nodeInterface() throws(NameConflict) -> TypeID {
    if let known = relayTypes["Node"] { return known }
    let id = try claimShared("Node", for: 0)
    relayTypes["Node"] = id
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(Self.idField, .nodeID)
    define(interface: id, description: "An object with globally unique ID", fields)
    return id
  }

  static var idField: FieldDefinition {
    FieldDefinition(name: "id", type: TypeReference(.id).nonNull)
  }

  /// `where`, `order_by` and `distinct_on`, and what cuts a page out of the rows.
  mutating func makeConnectionArguments(
    of table: Int
  ) throws(NameConflict) -> Members<InputValueDefinition, InputBinding> {
    var members = Members<InputValueDefinition, InputBinding>()
    let others = try makeSelectArguments(of: table)
    for (definition, binding) in zip(others.definitions, others.bindings)
    where binding != .limit && binding != .offset {
      members.append(definition, binding)
    }
    let cuts: [(String, TypeID, InputBinding)] = [
      ("first", .int, .first), ("last", .int, .last), ("after", .string, .after),
      ("before", .string, .before),
    ]
    for (name, type, binding) in cuts {
      members.append(InputValueDefinition(name: name, type: TypeReference(type)), binding)
    }
    return members.sorted
  }

  mutating func defineConnection(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(
        name: "edges",
        type: try reference(to: .edge, of: table).nonNull.list.nonNull
      ),
      .edges
    )
    fields.append(
      FieldDefinition(name: "pageInfo", type: TypeReference(try pageInfo(for: table)).nonNull),
      .pageInfo
    )
    let name = tables[table].plainName
    define(object: id, description: "A Relay connection object on \(name.inQuotes)", fields)
  }

  mutating func defineEdge(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(name: "cursor", type: TypeReference(.string).nonNull),
      .edgeCursor
    )
    fields.append(
      FieldDefinition(name: "node", type: try reference(to: .object, of: table).nonNull),
      .edgeNode
    )
    define(object: id, description: nil, fields)
  }

  private mutating func pageInfo(for table: Int) throws(NameConflict) -> TypeID {
    if let known = relayTypes["PageInfo"] { return known }
    let id = try claimShared("PageInfo", for: table)
    relayTypes["PageInfo"] = id
    var fields = Members<FieldDefinition, FieldBinding>()
    let members: [(String, TypeID, PageInfoItem.Fact)] = [
      ("endCursor", .string, .endCursor), ("hasNextPage", .boolean, .hasNextPage),
      ("hasPreviousPage", .boolean, .hasPreviousPage), ("startCursor", .string, .startCursor),
    ]
    for (name, type, fact) in members {
      fields.append(
        FieldDefinition(name: name, type: TypeReference(type).nonNull),
        .pageFact(fact)
      )
    }
    define(object: id, description: nil, fields)
    return id
  }
}
