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
    case .boolComputedField(let index): return try computedCondition(input, index, table)
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
    try comparisons(input, of: .column(column), roleSchema.tables[table].columns[column].type)
  }

  /// The comparisons of a value with those of a comparison expression.
  mutating func comparisons(
    _ input: Input,
    of value: Comparison.Value,
    _ type: BoundType
  ) throws(HasuraError) -> Predicate {
    var parts: [Predicate] = []
    for (id, operand) in input.fields(variables) {
      let part = try at(key: schema[id].name) { (planner) throws(HasuraError) -> Predicate in
        if operand.isNull { return .always }
        switch planner.roleSchema.binding(of: id) {
        case .comparison(.isNull):
          return Predicate(value, isNull: operand.value == .boolean(true))
        case .comparison(let comparison):
          return planner.comparison(comparison, operand, of: value, type)
        case .cast: return try planner.casts(operand, of: value, type)
        default: return .always
        }
      }
      if part != .always { parts.append(part) }
    }
    return conjunction(parts)
  }

  private mutating func comparison(
    _ comparison: ComparisonOperator,
    _ input: Input,
    of value: Comparison.Value,
    _ type: BoundType
  ) -> Predicate {
    guard let names = comparison.operandNames(of: type) else {
      let slot = slot(input, ParameterRecipe.Form(operandOf: comparison, type))
      return Predicate(value, comparison, slot)
    }
    var operands = [ParameterSlot?](repeating: nil, count: names.count)
    for (id, operand) in input.fields(variables) {
      guard case .operand(let index) = roleSchema.binding(of: id) else { continue }
      let operandType = comparison.operandType(index, of: type) ?? type
      operands[index] = slot(operand, ParameterRecipe.Form(valueOf: operandType))
    }
    return .compared(Comparison(value, comparison, operands))
  }

  /// `_cast: {String: {…}}`, or another type of PostGIS.
  private mutating func casts(
    _ input: Input,
    of value: Comparison.Value,
    _ type: BoundType
  ) throws(HasuraError) -> Predicate {
    var parts: [Predicate] = []
    for (id, comparisons) in input.fields(variables) where !comparisons.isNull {
      let target: BoundType
      switch roleSchema.binding(of: id) {
      case .castToText:
        target = BoundType(oid: 25, name: "text", sqlName: "text", encoding: .string)
      case .castToSpatial(let name): target = type.sibling(name, encoding: .viaGeoJSON)
      default: continue
      }
      let part = try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.comparisons(comparisons, of: .cast(value, to: target), target)
      }
      if part != .always { parts.append(part) }
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

  mutating func aggregatePredicate(
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
    var compared: Input?
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
      case .predicateComparison: compared = field
      default: break
      }
    }
    guard let compared else { return predicate }
    let names = predicate.columns.map { roleSchema.tables[table].columns[$0].type.name }
    predicate.comparisons = try at(key: "predicate") { (planner) throws(HasuraError) in
      try planner.aggregateComparisons(compared, function.valueType(over: names))
    }
    return predicate
  }

  private mutating func aggregateComparisons(
    _ input: Input,
    _ type: String
  ) throws(HasuraError) -> [AggregatePredicate.Comparison] {
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

extension PredicateFunction {
  /// The SQL type that its value over columns of some types is compared as.
  ///
  /// Whole numbers and decimals keep all their digits.
  fileprivate func valueType(over types: [String]) -> String {
    switch self {
    case .count: "bigint"
    case .boolAnd, .boolOr: "boolean"
    case .corr, .covarSamp: "double precision"
    default: types.contains { $0.hasPrefix("float") } ? "double precision" : "numeric"
    }
  }
}
