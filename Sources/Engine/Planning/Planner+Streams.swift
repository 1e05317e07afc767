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
    query.rows.filter = query.rows.filter && range(of: cursor, in: table)
    streamOrder = (table, cursor.column, cursor.isDescending)
    if options.fetchesPassedRows {
      query.rows.limit = nil
      query.rows.hasTies = false
    }
    query.rows.order = [
      OrderTerm(
        key: .column(cursor.column),
        direction: cursor.isDescending ? .descending : .ascending
      )
    ]
    return .stream(key: field.responseName, query, cursor: cursor.column)
  }

  /// The rows behind the cursor; or those before it that have certain keys and are behind the start.
  private mutating func range(of cursor: Cursor, in table: Int) -> Predicate {
    let (column, isDescending) = (cursor.column, cursor.isDescending)
    let behind = isDescending ? ComparisonOperator.less : .greater
    guard options.fetchesPassedRows else {
      return .comparison(column: column, behind, cursor.place)
    }
    let key = roleSchema.tables[table].primaryKey ?? []
    return .and([
      .comparison(column: column, isDescending ? .greaterOrEqual : .lessOrEqual, cursor.place),
      .comparison(column: column, behind, cursor.start),
      .keys(columns: key, key.map { _ in streamKeySlot() }),
    ])
  }

  private struct Cursor {
    var column: Int
    /// Where the stream is.
    var place: ParameterSlot
    /// Where it began.
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
    let form = ParameterRecipe.Form(valueOf: type)
    return Cursor(
      column: first.column,
      place: cursorSlot(first.input, form),
      start: slot(first.input, form),
      isDescending: first.isDescending
    )
  }
}
