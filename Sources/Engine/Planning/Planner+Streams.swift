import GraphQLCore
import SQLCompiler

// `<t>_stream`: rows behind a cursor.
extension Planner {
  mutating func stream(
    _ field: CollectedField,
    _ id: FieldID,
    _ table: Int
  ) throws(HasuraError) -> RootRequest {
    var query = try tableQuery(field, id, table)
    let arguments = try arguments(of: field)
    let cursor = try at(key: "args") { (planner) throws(HasuraError) in
      for argument in arguments {
        guard let input = Input(argument.value, planner.variables),
          case .batchSize = planner.roleSchema.binding(of: argument.id)
        else { continue }
        query.rows.limit = try planner.at(key: "batch_size") { (planner) throws(HasuraError) in
          try planner.limit(input)
        }
        query.rows.hasTies = true
      }
      return try planner.cursor(arguments, table)
    }
    query.rows.filter =
      query.rows.filter
      && .comparison(
        column: cursor.column,
        cursor.isDescending ? .less : .greater,
        cursor.start
      )
    query.rows.order = [
      OrderTerm(
        key: .column(cursor.column),
        direction: cursor.isDescending ? .descending : .ascending
      )
    ]
    return .stream(key: field.responseName, query, cursor: cursor.column)
  }

  private struct Cursor {
    var column: Int
    var start: ParameterSlot
    var isDescending: Bool
  }

  /// The one column that the stream follows.
  private mutating func cursor(
    _ arguments: [ArgumentValue],
    _ table: Int
  ) throws(HasuraError) -> Cursor {
    var columns: [(column: Int, input: Input, isDescending: Bool)] = []
    for argument in arguments {
      guard case .cursor = roleSchema.binding(of: argument.id),
        let input = Input(argument.value, variables)
      else { continue }
      for element in input.elements(variables) where !element.isNull {
        var isDescending = false
        for (id, value) in element.fields(variables) {
          if case .cursorOrdering = roleSchema.binding(of: id),
            case .enumValue(let value) = value.value,
            case .cursorOrdering(let descends) = roleSchema.binding(of: value)
          {
            isDescending = descends
          }
        }
        for (id, value) in element.fields(variables) {
          guard case .cursorInitialValue = roleSchema.binding(of: id) else { continue }
          for (id, start) in value.fields(variables) {
            guard case .cursorColumn(let column) = roleSchema.binding(of: id) else { continue }
            columns.append((column, start, isDescending))
          }
        }
      }
    }
    guard let first = columns.first else {
      throw failure("one streaming column field is expected")
    }
    guard columns.count == 1 else {
      throw failure("multiple column cursors are not supported yet")
    }
    let type = roleSchema.tables[table].columns[first.column].type
    return Cursor(
      column: first.column,
      start: cursorSlot(first.input, ParameterRecipe.Form(valueOf: type)),
      isDescending: first.isDescending
    )
  }
}
