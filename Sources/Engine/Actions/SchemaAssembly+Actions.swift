import GraphQLCore
import Metadata
import SQLCompiler

// Actions and custom types.
extension SchemaAssembly {
  /// The fields of actions that one of the root types shows.
  mutating func actionFields(
    of root: NativeField.Root
  ) throws(NameConflict) -> [(FieldDefinition, FieldBinding)] {
    var fields: [(FieldDefinition, FieldBinding)] = []
    for (index, action) in actions.actions.enumerated() {
      let isAsynchronous = action.kind == .asynchronousMutation
      let definition: FieldDefinition
      switch root {
      case .mutation where action.kind != .query:
        definition = FieldDefinition(
          name: action.name,
          description: action.comment,
          arguments: try arguments(of: action),
          type: isAsynchronous
            ? TypeReference(try scalar("uuid", for: 0)).nonNull
            : try reference(to: action.output)
        )
      case .query where action.kind == .query:
        definition = FieldDefinition(
          name: action.name,
          description: action.comment,
          arguments: try arguments(of: action),
          type: try reference(to: action.output)
        )
      case .query where isAsynchronous, .subscription where isAsynchronous:
        definition = FieldDefinition(
          name: action.name,
          description: action.comment,
          arguments: try logArguments(),
          type: TypeReference(try logType(of: action))
        )
      default: continue
      }
      fields.append((definition, .action(index)))
    }
    return fields
  }

  private mutating func arguments(of action: Action) throws(NameConflict) -> Range<Int> {
    guard !action.arguments.isEmpty else { return 0..<0 }
    var members = Members<InputValueDefinition, InputBinding>()
    for (index, argument) in action.arguments.enumerated() {
      members.append(
        InputValueDefinition(
          name: argument.name,
          description: argument.description,
          type: try reference(to: argument.type)
        ),
        .actionArgument(index)
      )
    }
    return arguments(members.sorted)
  }

  // MARK: - What came of an asynchronous action

  private mutating func logArguments() throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "id",
        description: "the unique id of an action",
        type: TypeReference(try scalar("uuid", for: 0)).nonNull
      ),
      .actionLogID
    )
    return arguments(members)
  }

  private mutating func logType(of action: Action) throws(NameConflict) -> TypeID {
    if let known = customTypes[action.name] { return known }
    let id = try claimShared(action.name, for: 0)
    customTypes[action.name] = id
    var fields = Members<FieldDefinition, FieldBinding>()
    for field in ActionLogField.allCases {
      let (description, type): (String, TypeReference) =
        switch field {
        case .createdAt:
          (
            "the time at which this action was created",
            TypeReference(try scalar("timestamptz", for: 0)).nonNull
          )
        case .errors:
          ("errors related to the invocation", TypeReference(try scalar("json", for: 0)))
        case .id: ("the unique id of an action", TypeReference(try scalar("uuid", for: 0)).nonNull)
        case .output:
          ("the output fields of this action", try reference(to: action.output).nullable)
        }
      fields.append(
        FieldDefinition(name: field.rawValue, description: description, type: type),
        .actionLog(field)
      )
    }
    define(
      object: id,
      description: "fields of action: \(action.name.inQuotes)",
      fields
    )
    return id
  }

  // MARK: - Custom types

  private mutating func reference(to type: TypeText) throws(NameConflict) -> TypeReference {
    switch type {
    case .named(let name): return TypeReference(try customType(name))
    case .list(let inner): return try reference(to: inner).list
    case .nonNull(let inner): return try reference(to: inner).nonNull
    }
  }

  private mutating func customType(_ name: String) throws(NameConflict) -> TypeID {
    if name == "ID" { return .id }
    if let known = customTypes[name] { return known }
    let types = actions.types
    if let own = types.enums.first(where: { $0.name == name }) {
      let id = try claimCustom(name)
      var values = Members<EnumValueDefinition, EnumBinding>()
      for value in own.values {
        values.append(EnumValueDefinition(name: value.value, description: value.description), .none)
      }
      define(enumeration: id, description: own.description, values)
      return id
    }
    if let own = types.inputObjects.first(where: { $0.name == name }) {
      let id = try claimCustom(name)
      var fields = Members<InputValueDefinition, InputBinding>()
      for field in own.fields {
        fields.append(
          InputValueDefinition(
            name: field.name,
            description: field.description,
            type: try reference(to: field.type)
          ),
          .none
        )
      }
      define(inputObject: id, description: own.description, fields.sorted)
      return id
    }
    if let own = types.objects.first(where: { $0.name == name }) { return try define(own) }
    return try scalar(name, for: 0)
  }

  /// Types may refer to themselves: the name stands before the members do.
  private mutating func claimCustom(_ name: String) throws(NameConflict) -> TypeID {
    let id = try claimShared(name, for: 0)
    customTypes[name] = id
    return id
  }

  private mutating func define(_ object: CustomTypes.Object) throws(NameConflict) -> TypeID {
    let id = try claimCustom(object.name)
    var fields = Members<FieldDefinition, FieldBinding>()
    for (index, field) in object.fields.enumerated() {
      fields.append(
        FieldDefinition(
          name: field.name,
          description: field.description,
          type: try reference(to: field.type)
        ),
        .customField(index)
      )
    }
    for (index, relationship) in object.relationships.enumerated() {
      guard let table = self.table(relationship.table, in: relationship.source),
        tables[table].isVisible
      else { continue }
      let row = try reference(to: .object, of: table)
      fields.append(
        FieldDefinition(
          name: relationship.name,
          description: relationship.isArray ? "An array relationship" : "An object relationship",
          arguments: relationship.isArray ? try selectArguments(of: table) : 0..<0,
          type: relationship.isArray ? row.nonNull.list.nonNull : row
        ),
        .customRelationship(index)
      )
    }
    define(object: id, description: object.description, fields.sorted)
    return id
  }
}
