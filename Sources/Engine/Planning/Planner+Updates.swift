import GraphQLCore
import SQLCompiler

extension Planner {
  /// Nil where nothing is to be changed or demanded.
  mutating func update(_ field: CollectedField, _ table: Int) throws(HasuraError) -> Write? {
    var change = Change(filter: permittedToUpdate(table))
    var arguments: [(name: String, source: ParameterRecipe.Source)] = []
    try eachArgument(of: field) { (planner, binding, input) throws(HasuraError) in
      arguments.append((planner.lastKey, input.source))
      try planner.add(binding, input, table, to: &change)
    }
    check(.arguments(arguments), by: roleSchema.writes[table].update?.validator)
    return try at(key: "args") { (planner) throws(HasuraError) in
      try planner.write(change, table)
    }
  }

  /// The updates of `update_<t>_many`, in order.
  mutating func updates(_ field: CollectedField, _ table: Int) throws(HasuraError) -> [Write?] {
    var writes: [Write?] = []
    try eachArgument(of: field) { (planner, _, input) throws(HasuraError) in
      let validator = planner.roleSchema.writes[table].update?.validator
      planner.check(.elements(input.source), by: validator)
      for (index, element) in input.elements(planner.variables).enumerated() {
        let write = try planner.at(index: index) { (planner) throws(HasuraError) in
          try planner.write(element, table)
        }
        writes.append(write)
      }
    }
    return writes
  }

  mutating func write(_ input: Input, _ table: Int) throws(HasuraError) -> Write? {
    var change = Change(filter: permittedToUpdate(table))
    for (id, field) in input.fields(variables) {
      let binding = roleSchema.binding(of: id)
      try at(key: schema[id].name) { (planner) throws(HasuraError) in
        try planner.add(binding, field, table, to: &change)
      }
    }
    return try write(change, table)
  }

  // MARK: - What changes

  /// An update on its way.
  private struct Change {
    var filter: Predicate
    var changes: [ColumnChange] = []
    /// Whether an operator was given, be it an empty one.
    var hasOperator = false
    var refusal: WriteRefusal?
    var related: [RelatedWrite] = []
  }

  private func permittedToUpdate(_ table: Int) -> Predicate {
    roleSchema.writes[table].update?.filter ?? .never
  }

  private mutating func add(
    _ binding: InputBinding,
    _ input: Input,
    _ table: Int,
    to change: inout Change
  ) throws(HasuraError) {
    if case .related = binding {
      change.hasOperator = true
      change.related = try related(input, table)
      return
    }
    guard case .change(let kind) = binding else {
      return try restrict(&change.filter, binding, input, table, &change.refusal)
    }
    change.hasOperator = true
    for (id, value) in input.fields(variables) {
      guard case .changedColumn(let column, _) = roleSchema.binding(of: id) else { continue }
      let slot = try at(key: schema[id].name) { (planner) throws(HasuraError) in
        planner.slot(value, planner.form(of: kind, column, table))
      }
      change.changes.append(ColumnChange(column: column, change: kind, slot: slot))
    }
  }

  /// What the operand of a change is sent as.
  private func form(of change: ChangeOperator, _ column: Int, _ table: Int) -> ParameterRecipe.Form
  {
    switch change {
    case .set, .increment:
      ParameterRecipe.Form(valueOf: roleSchema.tables[table].columns[column].type)
    case .append, .prepend: .json
    case .deleteKey, .deleteElement, .multiply, .useDefault: .scalar
    case .deleteAtPath: .array
    }
  }

  private mutating func write(_ change: Change, _ table: Int) throws(HasuraError) -> Write? {
    let permission = roleSchema.writes[table].update
    let presets = permission?.presets ?? []
    if !change.hasOperator && presets.isEmpty { throw failure(missingOperator(table)) }
    var counts: [Int: Int] = [:]
    for item in change.changes { counts[item.column, default: 0] += 1 }
    let repeated = roleSchema.tables[table].columns.enumerated()
      .filter { counts[$0.offset, default: 0] > 1 }
      .map { "\"\($0.element.name)\"" }
    guard repeated.isEmpty else {
      throw failure("Column found in multiple operators: \(repeated.joined(separator: ", ")).")
    }
    let changes =
      presets.map { ColumnChange(column: $0.column, change: .set, slot: $0.slot) } + change.changes
    if changes.isEmpty && change.related.isEmpty && change.refusal == nil { return nil }
    let update = UpdateRows(
      filter: change.filter,
      changes: changes,
      check: permission?.check ?? .always,
      related: change.related
    )
    return Write(table: table, action: .update(update), path: "$", noRow: change.refusal)
  }

  private func missingOperator(_ table: Int) -> String {
    let bound = roleSchema.tables[table]
    let columns = (roleSchema.writes[table].update?.columns ?? []).map { bound.columns[$0].type }
    let isNumeric = columns.contains { $0.isNumeric }
    let isJSONB = columns.contains { $0.name == "jsonb" }
    let operators = ChangeOperator.graphQL.filter {
      switch $0 {
      case .set: true
      case .increment: isNumeric
      default: isJSONB
      }
    }
    return "at least any one of \(operators.map(\.rawValue).joined(separator: ", ")) is expected"
  }
}

extension BoundType {
  fileprivate var isNumeric: Bool {
    ["int2", "int4", "int8", "float4", "float8", "numeric", "money"].contains(name)
  }
}
