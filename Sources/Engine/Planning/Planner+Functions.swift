import GraphQLCore
import JSON
import SQLCompiler

// Calls of functions: as root fields, in computed fields and in conditions over those.
extension Planner {
  /// The call that a field with a function behind it asks for.
  mutating func call(
    _ function: BoundFunction,
    _ field: CollectedField
  ) throws(HasuraError) -> FunctionCall {
    var input: Input?
    for argument in try arguments(of: field) {
      guard case .functionArguments = roleSchema.binding(of: argument.id) else { continue }
      input = Input(argument.value, variables)
    }
    return try at(key: "args") { (planner) throws(HasuraError) in
      try planner.at(key: "args") { (planner) throws(HasuraError) in
        try planner.call(function, arguments: input)
      }
    }
  }

  /// A call with what is given in `args`.
  ///
  /// Values stand in the order of the function's arguments; from the first that is left out on they go
  /// by their names.
  mutating func call(
    _ function: BoundFunction,
    arguments input: Input? = nil
  ) throws(HasuraError) -> FunctionCall {
    var given: [Int: Input] = [:]
    for (id, value) in input?.fields(variables) ?? [] {
      if case .functionArgument(let index) = roleSchema.binding(of: id) { given[index] = value }
    }
    var call = FunctionCall(
      sqlName: function.sqlName,
      arguments: [],
      returnsSet: function.returnsSet,
      isVolatile: function.isVolatile
    )
    call.code = function.code
    var hasGap = false
    for (index, argument) in function.arguments.enumerated() {
      let value: FunctionCall.Value
      switch argument.role {
      case .row: value = .row
      case .session: value = .slot(sessionSlot(), argument.type)
      case .given:
        guard let input = given[index] else {
          if function.code != nil {
            let form = ParameterRecipe.Form(valueOf: argument.type)
            call.arguments.append(.init(.slot(constantSlot(.null, form), argument.type)))
            continue
          }
          guard argument.hasDefault else {
            throw HasuraError(
              .notSupported,
              "Non default arguments cannot be omitted",
              path: path.text
            )
          }
          hasGap = true
          continue
        }
        let form = ParameterRecipe.Form(valueOf: argument.type)
        let name = argument.name ?? ""
        value = try at(key: name) { (planner) throws(HasuraError) in
          .slot(planner.slot(input, form), argument.type)
        }
      }
      if hasGap && argument.name == nil {
        throw HasuraError(
          .notSupported,
          "Only last set of positional arguments can be omitted",
          path: path.text
        )
      }
      call.arguments.append(.init(name: hasGap ? argument.name : nil, value))
    }
    return call
  }

  /// The call of the native query that a relationship leads to; nil where it leads to a table.
  mutating func queryCall(
    _ relationship: BoundRelationship,
    of table: Int,
    _ field: CollectedField
  ) throws(HasuraError) -> FunctionCall? {
    guard let query = relationship.query else { return nil }
    return try call(roleSchema.tables[table].queries[query], field)
  }

  // MARK: - Computed fields

  mutating func computedField(
    _ field: CollectedField,
    _ id: FieldID,
    _ index: Int,
    of table: Int
  ) throws(HasuraError) -> SQLCompiler.FieldRequest {
    let computed = roleSchema.tables[table].computedFields[index]
    let call = try call(computed.function, field)
    guard let rows = computed.function.table else {
      return .computed(
        key: field.responseName,
        ComputedValue(field: index, call: call),
        path: try jsonPathSlot(field)
      )
    }
    return .computedRows(
      key: field.responseName,
      try tableQuery(field, id, rows, function: call)
    )
  }

  /// The condition on a computed field that takes nothing from the request.
  mutating func computedCondition(
    _ input: Input,
    _ index: Int,
    _ table: Int
  ) throws(HasuraError) -> Predicate {
    let computed = roleSchema.tables[table].computedFields[index]
    let call = try call(computed.function)
    if let rows = computed.function.table {
      return .relatedByFunction(call, table: rows, try predicate(input, rows))
    }
    let value = Comparison.Value.computed(ComputedValue(field: index, call: call))
    return try comparisons(input, of: value, computed.type)
  }

  /// The order by a computed field that takes nothing from the request.
  mutating func computedOrder(
    _ input: Input,
    _ index: Int,
    _ table: Int
  ) throws(HasuraError) -> [OrderTerm] {
    let call = try call(roleSchema.tables[table].computedFields[index].function)
    guard let direction = direction(input) else { return [] }
    return [
      OrderTerm(key: .computed(ComputedValue(field: index, call: call)), direction: direction)
    ]
  }

  /// The order by aggregates of the rows that a computed field has.
  mutating func computedAggregateOrder(
    _ input: Input,
    _ index: Int,
    _ table: Int
  ) throws(HasuraError) -> [OrderTerm] {
    let function = roleSchema.tables[table].computedFields[index].function
    guard let rows = function.table else { return [] }
    let call = try call(function)
    return aggregateTerms(
      input,
      count: .computedCount(call, table: rows),
      aggregate: { .computedAggregate(call, table: rows, $0, column: $1) }
    )
  }
}
