package import JSON
package import GraphQLCore
import SQLCompiler

/// Finds nulls where Hasura takes none although the type would.
///
/// In Hasura an input that is declared nullable may be left out, which is not to say that it may be
/// null: `{id: {_eq: null}}` would match nothing, or everything, where a variable was misspelt.
package struct NullCheck {
  private let schema: RoleSchema
  private let variables: VariableValues

  package init(_ schema: RoleSchema, _ variables: VariableValues) {
    self.schema = schema
    self.variables = variables
  }

  /// The first such null among the arguments of a field, whose path is given.
  package func error(in arguments: [ArgumentValue], of field: JSONPath) -> HasuraError? {
    for argument in arguments {
      var place = field
      place.append(key: "args")
      if let error = error(in: argument.value, for: argument.id, place) { return error }
    }
    return nil
  }

  private func error(
    in value: InputValue,
    for input: InputValueID,
    _ parent: JSONPath
  ) -> HasuraError? {
    var place = parent
    place.append(key: schema.schema[input].name)
    if resolved(value).isNull {
      guard !schema.binding(of: input).acceptsNull else { return nil }
      let type = schema.schema.name(of: schema.schema[input].type)
      let message = HasuraError.message(ofNullFor: type, in: schema.schema)
      return HasuraError(.validationFailed, message, path: place.text)
    }
    return error(within: value, place)
  }

  private func error(within value: InputValue, _ place: JSONPath) -> HasuraError? {
    switch resolved(value) {
    case .object(let fields):
      for field in fields {
        if let error = error(in: field.value, for: field.id, place) { return error }
      }
    case .list(let items):
      for (index, item) in items.enumerated() {
        var inner = place
        inner.append(index: index)
        if let error = error(within: item, inner) { return error }
      }
    default: break
    }
    return nil
  }

  private func resolved(_ value: InputValue) -> InputValue {
    guard case .variable(let index) = value else { return value }
    return variables[index] ?? value
  }
}

extension InputBinding {
  /// Whether null says the same as leaving the input out.
  package var acceptsNull: Bool {
    switch self {
    case .none, .whereArgument, .orderByArgument, .distinctOn, .limit, .offset: true
    case .cursorOrdering: true
    case .groupHaving, .groupOrderBy, .orderByGroupKey, .orderByGroupAggregate,
      .groupKeyDateUnit, .groupKeyInterval, .groupKeyZone, .groupKeyWidth:
      true
    // To a field written in Swift it is the same as nothing.
    case .nativeArgument: true
    // NULL is a value that a function may get.
    case .functionArgument: true
    case .orderByComputedField, .orderByComputedAggregate: true
    case .orderByColumn, .orderByObjectRelationship, .orderByAggregate, .orderByCount,
      .orderByAggregateColumn:
      true
    case .insertColumn(let column): column.acceptsNull
    case .changedColumn(_, let acceptsNull): acceptsNull
    case .insertRelationship, .onConflict: true
    case .related, .relatedChanges, .relatedDelete, .relatedUpdate, .relatedInsert: true
    // A key that is null is in no column, which is an answer.
    case .comparison(.hasKey): true
    default: false
    }
  }
}
