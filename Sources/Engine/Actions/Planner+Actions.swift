import GraphQLCore
import JSON
import Metadata
import SQLCompiler

extension Planner {
  /// A field that a webhook answers.
  mutating func action(
    _ field: CollectedField,
    _ id: FieldID,
    _ index: Int
  ) throws(HasuraError) -> RootRequest {
    let action = roleSchema.actions.actions[index]
    var arguments: [(name: String, source: ParameterRecipe.Source)] = []
    var logID: ParameterRecipe.Source?
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      switch binding {
      case .actionArgument(let index):
        arguments.append((action.arguments[index].name, input.source))
      case .actionLogID: logID = input.source
      default: break
      }
    }
    var relationships: [(CustomTypes.Relationship, TableQuery)] = []
    var selection: [ActionSelection]?
    var purpose = ActionRequest.Purpose.call
    let type = schema[id].type.type
    if let logID {
      var items: [ActionRequest.LogItem] = []
      for selected in try selections(of: field, as: type) {
        guard case .defined(let own) = selected.kind,
          case .actionLog(let member) = roleSchema.binding(of: own)
        else {
          items.append(ActionRequest.LogItem(key: selected.responseName, field: nil))
          continue
        }
        items.append(ActionRequest.LogItem(key: selected.responseName, field: member))
        guard member == .output else { continue }
        selection = try at(selected) { (planner) throws(HasuraError) in
          try planner.actionSelection(
            of: selected,
            planner.schema[own].type.type,
            &relationships
          )
        }
      }
      purpose = .log(id: logID, items)
    } else if action.kind != .asynchronousMutation {
      selection = try actionSelection(of: field, type, &relationships)
    }
    let request = ActionRequest(
      action: action,
      key: field.responseName,
      purpose: purpose,
      arguments: arguments,
      selection: selection,
      relationships: relationships,
      path: path.text
    )
    return .external(
      key: field.responseName,
      index: external(.action(request, relationships: []))
    )
  }

  private mutating func actionSelection(
    of field: CollectedField,
    _ type: TypeID,
    _ relationships: inout [(CustomTypes.Relationship, TableQuery)]
  ) throws(HasuraError) -> [ActionSelection]? {
    guard let object = roleSchema.actions.object(named: schema[type].name) else { return nil }
    var selection: [ActionSelection] = []
    for selected in try selections(of: field, as: type) {
      var known = relationships
      let content = try at(selected) { (planner) throws(HasuraError) -> ActionSelection.Content in
        guard case .defined(let own) = selected.kind else { return .typename(object.name) }
        switch planner.roleSchema.binding(of: own) {
        case .customField(let index):
          return .field(
            object.fields[index].name,
            try planner.actionSelection(of: selected, planner.schema[own].type.type, &known)
          )
        case .customRelationship(let index):
          let relationship = object.relationships[index]
          known.append((relationship, try planner.query(of: relationship, selected, own)))
          return .relationship(known.count - 1)
        default: return .typename(object.name)
        }
      }
      relationships = known
      selection.append(ActionSelection(key: selected.responseName, content: content))
    }
    return selection
  }

  /// The rows of a relationship for one object, whose values are the open keys.
  private mutating func query(
    of relationship: CustomTypes.Relationship,
    _ field: CollectedField,
    _ id: FieldID
  ) throws(HasuraError) -> TableQuery {
    guard let table = roleSchema.table(relationship.table, in: relationship.source) else {
      throw failure("the field cannot be planned")
    }
    var query = try tableQuery(field, id, table)
    let columns = roleSchema.tables[table].columns
    for (index, pair) in relationship.mapping.enumerated() {
      guard let column = columns.firstIndex(where: { $0.name == pair.column }) else {
        throw failure("the field cannot be planned")
      }
      let slot = nativeKeySlot(index, ParameterRecipe.Form(valueOf: columns[column].type))
      query.rows.filter = .comparison(column: column, .equal, slot) && query.rows.filter
    }
    if !relationship.isArray { query.rows.limit = .literal(1) }
    return query
  }
}
