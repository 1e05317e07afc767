import JSON
import GraphQLCore
import Metadata
import SQLCompiler

/// Turns a validated operation into what it asks of the tables.
///
/// The plan holds for every request of the same variables' shape: values are left open as slots,
/// whose recipes say where each request has them.
struct Planner {
  let roleSchema: RoleSchema
  let operation: Operation
  let variables: VariableValues
  let options: PlanningOptions
  private(set) var recipes: [ParameterRecipe] = []
  /// The slots of values in variables: there may be as many as a request has objects.
  private var sharedSlots: [SharedSlot: ParameterSlot] = [:]
  /// The root fields that the plan's statements do not answer.
  private(set) var externals: [ExternalField] = []
  /// What rows lead to in tables of other statements.
  private(set) var remotes: [RemoteRequest] = []
  /// What webhooks are asked about before anything is written.
  private(set) var checks: [InputCheck] = []
  /// Columns that some rows of a list leave to their defaults.
  var partialColumns: [PartialColumn] = []
  /// The recipe of the cursor, where the operation is a stream.
  private(set) var streamCursor: Int?
  /// The recipes of the keys, where rows are to be fetched that a stream has passed.
  private(set) var streamKeys: [Int] = []
  /// The column that the stream follows, and whether downwards.
  var streamOrder: (table: Int, column: Int, isDescending: Bool)?
  /// Where the planner is, for errors.
  private(set) var path = JSONPath()
  private var depth = 0
  private var fieldCount = 0
  /// The root fields that are streams, and those that are not.
  private var streamCount = 0
  private var otherRootCount = 0

  private struct SharedSlot: Hashable {
    let source: ParameterRecipe.Source
    let form: ParameterRecipe.Form
  }

  var schema: GraphQLCore.Schema { roleSchema.schema }

  init(
    _ operation: Operation,
    _ variables: VariableValues,
    in roleSchema: RoleSchema,
    options: PlanningOptions
  ) {
    self.operation = operation
    self.variables = variables
    self.roleSchema = roleSchema
    self.options = options
  }

  /// The root fields in the order of the answer.
  mutating func roots() throws(HasuraError) -> [RootRequest] {
    var roots: [RootRequest] = []
    for field in try rootFields() {
      roots.append(try at(field) { (planner) throws(HasuraError) in try planner.root(field) })
    }
    try checkStreams()
    return roots
  }

  /// Refuses what stands beside a stream where several fields are allowed, as Hasura does.
  private func checkStreams() throws(HasuraError) {
    guard streamCount > 0, streamCount + otherRootCount > 1 else { return }
    throw HasuraError(
      .notSupported,
      otherRootCount == 0
        ? "exactly one root field is allowed for streaming subscriptions"
        : "streaming and livequery subscriptions cannot be executed in the same subscription"
    )
  }

  /// The selected fields of the root type.
  func rootFields() throws(HasuraError) -> [CollectedField] {
    let fields: [CollectedField]
    do {
      fields = try operation.rootFields(variables)
    } catch {
      throw HasuraError(error, at: path, in: schema)
    }
    let limit = options.limits.maximumRootFields
    guard fields.count <= limit else {
      throw failure(
        "the operation has \(fields.count) root fields, and at most \(limit) are allowed"
      )
    }
    return fields
  }

  /// A field of the root type, or of a namespace, whose type is `parent` then.
  mutating func root(
    _ field: CollectedField,
    of parent: TypeID? = nil
  ) throws(HasuraError) -> RootRequest {
    let key = field.responseName
    guard case .defined(let id) = field.kind else {
      if case .typename = field.kind, let type = parent ?? operation.rootType {
        return .typename(key: key, name: schema[type].name)
      }
      return .external(key: key, index: external(.introspection(field)))
    }
    let binding = roleSchema.binding(of: id)
    switch binding {
    case .namespace: break
    case .selectStream: streamCount += 1
    default: otherRootCount += 1
    }
    switch binding {
    case .select(let table):
      return .rows(key: key, try tableQuery(field, id, table))
    case .selectByPrimaryKey(let table):
      return .row(key: key, try tableQuery(field, id, table))
    case .selectAggregate(let table):
      return .aggregate(key: key, try aggregateQuery(field, id, table))
    case .selectStream(let table): return try stream(field, id, table)
    case .connection(let table): return .connection(key: key, try connection(field, id, table))
    case .functionConnection(let index):
      let function = roleSchema.functions[index]
      guard let table = function.table else { break }
      let call = try call(function, field)
      return .connection(key: key, try connection(field, id, table, function: call))
    case .node: return try node(field)
    case .action(let index): return try action(field, id, index)
    case .function(let index):
      let function = roleSchema.functions[index]
      guard let table = function.table else { break }
      let query = try tableQuery(field, id, table, function: try call(function, field))
      return function.returnsSet ? .rows(key: key, query) : .row(key: key, query)
    case .functionAggregate(let index):
      let function = roleSchema.functions[index]
      guard let table = function.table else { break }
      let call = try call(function, field)
      return .aggregate(key: key, try aggregateQuery(field, id, table, function: call))
    case .native(let index): return try native(field, id, index)
    case .entities: return try entities(field)
    case .service: return try service(field, id)
    case .namespace:
      var fields: [RootRequest] = []
      for inner in try namespaceFields(of: field, id) {
        fields.append(
          try at(inner) { (planner) throws(HasuraError) in
            try planner.root(inner, of: planner.schema[id].type.type)
          }
        )
      }
      return .namespace(key: key, fields)
    default: break
    }
    throw HasuraError(.unexpected, "the field cannot be planned", path: path.text)
  }

  /// What is selected of the fields of a source that has a namespace.
  func namespaceFields(
    of field: CollectedField,
    _ id: FieldID
  ) throws(HasuraError) -> [CollectedField] {
    let fields = try selections(of: field, as: schema[id].type.type)
    if operation.kind == .subscription {
      let allowsSeveral = operation.hasDirective(named: "_multiple_top_level_fields")
      guard try rootFields().count == 1, fields.count == 1 || allowsSeveral else {
        throw HasuraError(.validationFailed, "subscriptions must select one top level field")
      }
    }
    let limit = options.limits.maximumRootFields
    guard fields.count <= limit else {
      throw failure(
        "the operation has \(fields.count) root fields, and at most \(limit) are allowed"
      )
    }
    return fields
  }

  /// The number of a root field that the plan's statements do not answer.
  mutating func external(_ field: ExternalField) -> Int {
    externals.append(field)
    return externals.count - 1
  }

  /// The number of what rows lead to in another statement.
  mutating func add(_ request: RemoteRequest) -> Int {
    remotes.append(request)
    return remotes.count - 1
  }

  /// The name of the argument or field of an input object that is being read.
  var lastKey: String {
    if case .key(let name)? = path.steps.last { name } else { "" }
  }

  /// Has a webhook asked, where a permission says so.
  mutating func check(_ input: InputCheck.Input, by validator: InputValidator?) {
    if let validator { checks.append(InputCheck(validator: validator, input: input)) }
  }

  // MARK: - Places

  /// Plans a field, whose place is told by errors.
  mutating func at<Result>(
    _ field: CollectedField,
    _ body: (inout Planner) throws(HasuraError) -> Result
  ) throws(HasuraError) -> Result {
    depth += 1
    fieldCount += 1
    defer { depth -= 1 }
    guard depth <= options.limits.maximumDepth else {
      throw failure("fields are nested deeper than \(options.limits.maximumDepth) levels")
    }
    guard fieldCount <= options.limits.maximumFields else {
      throw failure("more than \(options.limits.maximumFields) fields are selected")
    }
    return try at(key: "selectionSet") { (planner) throws(HasuraError) in
      try planner.at(key: planner.name(of: field), body)
    }
  }

  /// The field's own name, which Hasura's paths are made of whatever its alias.
  private func name(of field: CollectedField) -> String {
    switch field.kind {
    case .defined(let id): schema[id].name
    case .typename: "__typename"
    case .schema: "__schema"
    case .type: "__type"
    }
  }

  mutating func at<Result>(
    key: String,
    _ body: (inout Planner) throws(HasuraError) -> Result
  ) throws(HasuraError) -> Result {
    let outer = path
    path.append(key: key)
    let result = try body(&self)
    path = outer
    return result
  }

  mutating func at<Result>(
    index: Int,
    _ body: (inout Planner) throws(HasuraError) -> Result
  ) throws(HasuraError) -> Result {
    let outer = path
    path.append(index: index)
    let result = try body(&self)
    path = outer
    return result
  }

  /// What is selected below a field.
  func selections(
    of field: CollectedField,
    as type: TypeID
  ) throws(HasuraError) -> [CollectedField] {
    do {
      return try operation.fields(of: field, as: type, variables)
    } catch {
      throw HasuraError(error, at: path, in: schema)
    }
  }

  /// The arguments of a field, with the variables in them kept.
  func arguments(of field: CollectedField) throws(HasuraError) -> [ArgumentValue] {
    let arguments: [ArgumentValue]
    do {
      arguments = try operation.arguments(of: field, variables)
    } catch {
      throw HasuraError(error, at: path, in: schema)
    }
    if options.collapsesNullInConditions { return arguments }
    // A condition that silently vanished would select every row.
    if let error = NullCheck(roleSchema, variables).error(in: arguments, of: path) { throw error }
    return arguments
  }

  func failure(_ message: String) -> HasuraError {
    HasuraError(.validationFailed, message, path: path.text)
  }

  // MARK: - Slots

  /// The slot of the session's variables.
  mutating func sessionSlot() -> ParameterSlot {
    let key = SharedSlot(source: .sessionVariables, form: .json)
    if let known = sharedSlots[key] { return known }
    recipes.append(ParameterRecipe(source: key.source, form: key.form, path: "$"))
    let slot = ParameterSlot(recipes.count - 1)
    sharedSlots[key] = slot
    return slot
  }

  /// The slot of a stream's cursor, which is no other value's slot.
  mutating func cursorSlot(_ input: Input, _ form: ParameterRecipe.Form) -> ParameterSlot {
    let slot = newSlot(.cursor(input.source), form)
    streamCursor = recipes.count - 1
    return slot
  }

  /// The slot of one column of the keys of rows that a stream has passed.
  mutating func streamKeySlot() -> ParameterSlot {
    let slot = newSlot(.streamKeys(streamKeys.count), .array)
    streamKeys.append(recipes.count - 1)
    return slot
  }

  /// The slot of one column of the keys of rows that the function behind a field names.
  mutating func nativeKeySlot(_ index: Int, _ form: ParameterRecipe.Form) -> ParameterSlot {
    newSlot(.nativeKey(index), form)
  }

  /// The slot of a value that the plan itself has.
  mutating func constantSlot(
    _ value: InputValue,
    _ form: ParameterRecipe.Form
  ) -> ParameterSlot {
    newSlot(.constant(value), form)
  }

  /// The slot of a value; one and the same for every use of a variable's value in one form.
  mutating func slot(_ input: Input, _ form: ParameterRecipe.Form) -> ParameterSlot {
    guard input.origin != nil else { return newSlot(input.source, form) }
    let key = SharedSlot(source: input.source, form: form)
    if let known = sharedSlots[key] { return known }
    let slot = newSlot(input.source, form)
    sharedSlots[key] = slot
    return slot
  }

  private mutating func newSlot(
    _ source: ParameterRecipe.Source,
    _ form: ParameterRecipe.Form
  ) -> ParameterSlot {
    recipes.append(ParameterRecipe(source: source, form: form, path: path.text))
    return ParameterSlot(recipes.count - 1)
  }
}

/// What the server's settings change in the meaning of a query.
struct PlanningOptions: Hashable, Sendable {
  /// `null` in a condition makes it true, as in Hasura 1.
  var collapsesNullInConditions = false
  var limits = RequestLimits()
  /// Whether a stream is asked for rows that it has passed, by their keys, and not for the next ones.
  var fetchesPassedRows = false
}
