import GraphQLCore
import SQLCompiler

extension Planner {
  /// The condition that a `bool_exp` object stands for; `{}` is true.
  mutating func predicate(_ input: Input, _ table: Int) throws(HasuraError) -> Predicate {
    var parts: [Predicate] = []
    for (id, field) in input.fields(variables) {
      let part = try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.part(field, id, table)
      }
      if part != .always { parts.append(part) }
    }
    return conjunction(parts)
  }

  private func conjunction(_ parts: [Predicate]) -> Predicate {
    switch parts.count {
    case 0: .always
    case 1: parts[0]
    default: .and(parts)
    }
  }

  private mutating func part(
    _ input: Input,
    _ id: InputValueID,
    _ table: Int
  ) throws(HasuraError) -> Predicate {
    // Nulls that are no conditions were refused with the arguments, or are to count as true.
    if input.isNull { return .always }
    switch roleSchema.binding(of: id) {
    case .boolAnd: return conjunction(try predicates(input, table).filter { $0 != .always })
    case .boolOr: return .or(try predicates(input, table))
    case .boolNot: return .not(try predicate(input, table))
    case .boolColumn(let column): return try comparisons(input, column, table)
    case .boolRelationship(let index):
      let target = roleSchema.tables[table].relationships[index].target
      return .related(relationship: index, try predicate(input, target))
    case .boolRelationshipAggregate(let index):
      return try aggregatePredicates(input, index, table)
    default: return .always
    }
  }

  private mutating func predicates(
    _ input: Input,
    _ table: Int
  ) throws(HasuraError) -> [Predicate] {
    var predicates: [Predicate] = []
    for (index, element) in input.elements(variables).enumerated() {
      let predicate = try at(index: index) { (planner) throws(HasuraError) in
        try planner.predicate(element, table)
      }
      predicates.append(predicate)
    }
    return predicates
  }

  // MARK: - Comparisons

  private mutating func comparisons(
    _ input: Input,
    _ column: Int,
    _ table: Int
  ) throws(HasuraError) -> Predicate {
    let type = roleSchema.tables[table].columns[column].type
    var parts: [Predicate] = []
    for (id, value) in input.fields(variables) {
      let part = try at(key: schema[id].name) { (planner) throws(HasuraError) -> Predicate in
        if value.isNull { return .always }
        switch planner.roleSchema.binding(of: id) {
        case .comparison(.isNull):
          return .isNull(column: column, value.value == .boolean(true))
        case .comparison(let comparison):
          let slot = planner.slot(value, ParameterRecipe.Form(operandOf: comparison, type))
          return .comparison(column: column, comparison, slot)
        case .cast: return try planner.casts(value, column)
        default: return .always
        }
      }
      if part != .always { parts.append(part) }
    }
    return conjunction(parts)
  }

  /// `_cast: {String: {…}}`.
  private mutating func casts(_ input: Input, _ column: Int) throws(HasuraError) -> Predicate {
    var parts: [Predicate] = []
    for (id, comparisons) in input.fields(variables) {
      guard case .castToText = roleSchema.binding(of: id) else { continue }
      for (id, value) in comparisons.fields(variables) where !value.isNull {
        switch roleSchema.binding(of: id) {
        case .comparison(.isNull):
          parts.append(.isNull(column: column, value.value == .boolean(true)))
        case .comparison(let comparison):
          let isList = comparison == .isIn || comparison == .notIn
          let slot = slot(value, isList ? .array : .scalar)
          parts.append(.castComparison(column: column, to: "text", comparison, slot))
        default: break
        }
      }
    }
    return conjunction(parts)
  }

  // MARK: - Aggregates of relationships

  private mutating func aggregatePredicates(
    _ input: Input,
    _ relationship: Int,
    _ table: Int
  ) throws(HasuraError) -> Predicate {
    let fields = input.fields(variables)
    guard fields.count == 1 else { throw failure("exactly one predicate should be specified") }
    let target = roleSchema.tables[table].relationships[relationship].target
    var parts: [Predicate] = []
    for (id, field) in fields {
      guard case .aggregatePredicate(let function) = roleSchema.binding(of: id) else { continue }
      let predicate = try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.aggregatePredicate(field, function, target)
      }
      parts.append(.aggregate(relationship: relationship, predicate))
    }
    return conjunction(parts)
  }

  private mutating func aggregatePredicate(
    _ input: Input,
    _ function: PredicateFunction,
    _ table: Int
  ) throws(HasuraError) -> AggregatePredicate {
    var predicate = AggregatePredicate(
      function: function,
      columns: [],
      isDistinct: false,
      filter: .always,
      comparisons: []
    )
    for (id, field) in input.fields(variables) where !field.isNull {
      switch roleSchema.binding(of: id) {
      case .predicateArguments:
        if case .object = field.value {
          // corr and covar_samp take their columns by name.
          predicate.columns = field.fields(variables).flatMap { columns($0.input) }
        } else {
          predicate.columns = columns(field)
        }
      case .predicateDistinct: predicate.isDistinct = field.value == .boolean(true)
      case .predicateFilter:
        predicate.filter = try at(key: "filter") { (planner) throws(HasuraError) in
          try planner.predicate(field, table)
        }
      case .predicateComparison:
        predicate.comparisons = try at(key: "predicate") { (planner) throws(HasuraError) in
          try planner.aggregateComparisons(field, function)
        }
      default: break
      }
    }
    return predicate
  }

  private mutating func aggregateComparisons(
    _ input: Input,
    _ function: PredicateFunction
  ) throws(HasuraError) -> [AggregatePredicate.Comparison] {
    let type =
      switch function {
      case .count: "bigint"
      case .boolAnd, .boolOr: "boolean"
      default: "double precision"
      }
    var comparisons: [AggregatePredicate.Comparison] = []
    for (id, value) in input.fields(variables) where !value.isNull {
      switch roleSchema.binding(of: id) {
      case .comparison(.isNull):
        let isNull = value.value == .boolean(true)
        comparisons.append(.init(operand: .isNull(isNull), type: type))
      case .comparison(let comparison):
        let isList = comparison == .isIn || comparison == .notIn
        let slot = slot(value, isList ? .array : .scalar)
        comparisons.append(.init(operand: .value(comparison, slot), type: type))
      default: break
      }
    }
    return comparisons
  }
}
