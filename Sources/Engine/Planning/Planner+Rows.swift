import GraphQLCore
import SQLCompiler

extension Planner {
  /// Which rows the arguments of a field ask for.
  mutating func rowSelection(
    _ field: CollectedField,
    _ table: Int
  ) throws(HasuraError) -> RowSelection {
    var rows = RowSelection()
    let arguments = try arguments(of: field)
    try at(key: "args") { (planner) throws(HasuraError) in
      for argument in arguments {
        guard let input = Input(argument.value, planner.variables) else { continue }
        let binding = planner.roleSchema.binding(of: argument.id)
        try planner.at(key: planner.schema[argument.id].name) { (planner) throws(HasuraError) in
          try planner.apply(input, binding, table, to: &rows)
        }
      }
      if !rows.distinctOn.isEmpty && !rows.order.isEmpty { try planner.checkDistinct(rows) }
    }
    return rows
  }

  private mutating func apply(
    _ input: Input,
    _ binding: InputBinding,
    _ table: Int,
    to rows: inout RowSelection
  ) throws(HasuraError) {
    switch binding {
    case .whereArgument:
      if !input.isNull { rows.filter = try rows.filter && predicate(input, table) }
    case .orderByArgument:
      for (index, element) in input.elements(variables).enumerated() where !element.isNull {
        rows.order += try at(index: index) { (planner) throws(HasuraError) in
          try planner.orderTerms(element, table)
        }
      }
    case .distinctOn: rows.distinctOn = columns(input)
    case .limit: if !input.isNull { rows.limit = try limit(input) }
    case .offset: if !input.isNull { rows.offset = offset(input) }
    case .primaryKeyColumn(let column):
      let slot = slot(
        input,
        ParameterRecipe.Form(valueOf: roleSchema.tables[table].columns[column].type)
      )
      rows.filter = rows.filter && .comparison(column: column, .equal, slot)
    default: break
    }
  }

  mutating func limit(_ input: Input) throws(HasuraError) -> RowCount {
    guard let number = input.literalCount else { return .parameter(slot(input, .limit)) }
    guard number >= 0 else { throw failure(ParameterError.negativeLimit.message) }
    return .literal(number)
  }

  mutating func offset(_ input: Input) -> RowCount {
    input.literalCount.map { .literal($0) } ?? .parameter(slot(input, .scalar))
  }

  /// The columns of `distinct_on` have to be those that `order_by` starts with, in any order.
  private func checkDistinct(_ rows: RowSelection) throws(HasuraError) {
    let first = rows.order.prefix(rows.distinctOn.count)
      .compactMap { if case .column(let column) = $0.key { column } else { nil } }
    guard first.count == rows.distinctOn.count, Set(first) == Set(rows.distinctOn) else {
      throw failure("\"distinct_on\" columns must match initial \"order_by\" columns")
    }
  }

  // MARK: - Order

  /// The keys of one `order_by` object, in the order in which they stand.
  private mutating func orderTerms(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> [OrderTerm] {
    var terms: [OrderTerm] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .orderByColumn(let column):
        guard let direction = direction(field) else { continue }
        terms.append(OrderTerm(key: .column(column), direction: direction))
      case .orderByObjectRelationship(let index):
        let target = roleSchema.tables[table].relationships[index].target
        terms += try orderTerms(field, target).map { term in
          OrderTerm(key: .object(relationship: index, term.key), direction: term.direction)
        }
      case .orderByAggregate(let index):
        terms += aggregateTerms(
          field,
          count: .count(relationship: index),
          aggregate: { .aggregate(relationship: index, $0, column: $1) }
        )
      case .orderByComputedField(let index): terms += try computedOrder(field, index, table)
      case .orderByComputedAggregate(let index):
        terms += try computedAggregateOrder(field, index, table)
      default: break
      }
    }
    return terms
  }

  func aggregateTerms(
    _ input: Input,
    count: OrderKey,
    aggregate: (AggregateFunction, Int) -> OrderKey
  ) -> [OrderTerm] {
    var terms: [OrderTerm] = []
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .orderByCount:
        guard let direction = direction(field) else { continue }
        terms.append(OrderTerm(key: count, direction: direction))
      case .orderByAggregateFunction(let function):
        for (id, column) in field.fields(variables) {
          guard case .orderByAggregateColumn(let index) = roleSchema.binding(of: id),
            let direction = direction(column)
          else { continue }
          terms.append(OrderTerm(key: aggregate(function, index), direction: direction))
        }
      default: break
      }
    }
    return terms
  }

  func direction(_ input: Input) -> OrderDirection? {
    guard case .enumValue(let id) = input.value,
      case .order(let direction) = roleSchema.binding(of: id)
    else { return nil }
    return direction
  }
}
