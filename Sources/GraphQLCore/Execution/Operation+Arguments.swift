/// The arguments of fields (§6.4.1).
extension Operation {
  /// The arguments of a field with the variables kept, so that a plan can be made once for all
  /// values of the same shape.
  ///
  /// `variables` says which of them are given and which are null; one that is not given counts as
  /// left out, so an argument's or input field's default takes its place.
  package func arguments(
    of field: CollectedField,
    _ variables: VariableValues
  ) throws(FieldError) -> [ArgumentValue] {
    try arguments(of: field, literals(variables, keepsVariables: true))
  }

  /// The arguments of a field with the variables' values put in, for the executor.
  package func coercedArguments(
    of field: CollectedField,
    _ variables: VariableValues
  ) throws(FieldError) -> [ArgumentValue] {
    try arguments(of: field, literals(variables, keepsVariables: false))
  }

  private func arguments(
    of field: CollectedField,
    _ context: LiteralContext
  ) throws(FieldError) -> [ArgumentValue] {
    guard let id = field.fieldID, let node = field.nodes.first else { return [] }
    return try arguments(of: node, schema[id].arguments, context)
  }

  /// The argument `name` of `__type`.
  package func typeName(
    of field: CollectedField,
    _ variables: VariableValues
  ) throws(FieldError) -> String? {
    let context = literals(variables, keepsVariables: false)
    let type = TypeReference(.string).nonNull
    guard let node = field.nodes.first,
      let argument = document.children(of: node, .argument)
        .first(where: { document.bytes(document.nameID($0)).isSame(as: "name") }),
      let value = document.value(of: argument)
    else { return nil }
    guard case .string(let name) = InputCoercion(schema).literal(value, as: type, in: context)
    else { throw invalidArgument("name", value, as: type, context) }
    return name
  }

  func literals(_ variables: VariableValues, keepsVariables: Bool) -> LiteralContext {
    LiteralContext(
      document: document,
      variableIndices: variableIndices,
      variables: variables,
      keepsVariables: keepsVariables
    )
  }

  private func arguments(
    of node: NodeID,
    _ definitions: Range<Int>,
    _ context: LiteralContext
  ) throws(FieldError) -> [ArgumentValue] {
    guard !definitions.isEmpty else { return [] }
    var result: [ArgumentValue] = []
    let coercion = InputCoercion(schema)
    for index in definitions {
      let id = InputValueID(index)
      let definition = schema[id]
      let given = value(of: definition.name, in: node)
      guard let given, definition.isRequired || !context.isAbsentVariable(given) else {
        guard !definition.isRequired else {
          throw FieldError(
            reason: .missingArgument(
              name: definition.name,
              type: schema.name(of: definition.type)
            ),
            offset: Int(document[node].start)
          )
        }
        if let value = schema.coercedDefault(of: id) {
          result.append(ArgumentValue(id: id, value: value))
        }
        continue
      }
      guard
        let value = coercion.literal(
          given,
          as: definition.type,
          in: context,
          takesTexts: definition.takesTexts
        )
      else {
        throw invalidArgument(definition.name, given, as: definition.type, context)
      }
      result.append(ArgumentValue(id: id, value: value))
    }
    return result
  }

  private func value(of argument: String, in node: NodeID) -> NodeID? {
    for child in document.children(of: node, .argument)
    where argument.hasSameBytes(as: document.bytes(document.nameID(child))) {
      return document.value(of: child)
    }
    return nil
  }

  func invalidArgument(
    _ name: String,
    _ value: NodeID,
    as type: TypeReference,
    _ context: LiteralContext
  ) -> FieldError {
    var checker = InputChecker(schema, suggests: false)
    checker.check(value, as: type, in: document, context)
    let start = Int(document[value].start)
    let problem =
      checker.problems.first
      ?? InputProblem(reason: .null(type: schema.name(of: type)), path: [], offset: start)
    return FieldError(
      reason: .invalidArgument(name: name, problem),
      offset: problem.offset ?? start
    )
  }
}
