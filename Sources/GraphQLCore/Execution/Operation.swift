package import JSON

/// One operation of a document against a schema: what the executor and the SQL planner both walk.
///
/// The document must be valid for the schema (``validate(_:against:rules:)``). The operation answers
/// what is selected, with what arguments, and what variables stand for; there is one implementation
/// of each.
package struct Operation: Sendable {
  package let document: Document
  package let schema: Schema
  package let kind: OperationKind
  /// Nil where the schema has none for the kind: then variables can be coerced, and nothing selected.
  package let rootType: TypeID?
  package let variables: [VariableDefinition]
  /// The name, where it has one.
  package let name: String?
  let node: NodeID
  let fragments: [NameID: NodeID]
  let variableIndices: [NameID: Int]

  /// The operation of a name; without a name, the only one that the document has.
  package init(
    document: Document,
    schema: Schema,
    operationName: String? = nil,
    needsRootType: Bool = true
  ) throws(RequestError) {
    let node = try Self.find(operationName, in: document)
    kind = document.operationKind(node)
    rootType = schema.rootType(for: kind)
    if rootType == nil, needsRootType {
      let start = Int(document[node].start)
      throw RequestError(
        reason: .unsupportedOperation(kind),
        locations: [SourceLocation(offset: start, in: document.source.span)]
      )
    }
    self.document = document
    self.schema = schema
    self.node = node
    name = document.hasName(node) ? document.name(node) : nil
    var fragments: [NameID: NodeID] = [:]
    for definition in document.definitions where document.kind(definition) == .fragmentDefinition {
      fragments[document.nameID(definition)] = definition
    }
    self.fragments = fragments
    (variables, variableIndices) = Self.defineVariables(of: node, in: document, schema)
  }

  private static func find(
    _ name: String?,
    in document: Document
  ) throws(RequestError) -> NodeID {
    var found: NodeID?
    for definition in document.definitions where document.kind(definition) == .operation {
      if let name {
        guard document.hasName(definition),
          document.name(definition).utf8.elementsEqual(name.utf8)
        else { continue }
        return definition
      }
      guard found == nil else { throw RequestError(reason: .noOperationName, locations: []) }
      found = definition
    }
    if let found { return found }
    let reason: RequestError.Reason = name.map { .unknownOperation($0) } ?? .noOperation
    throw RequestError(reason: reason, locations: [])
  }

  // MARK: - Variables

  private static func defineVariables(
    of node: NodeID,
    in document: Document,
    _ schema: Schema
  ) -> ([VariableDefinition], [NameID: Int]) {
    var definitions: [VariableDefinition] = []
    var indices: [NameID: Int] = [:]
    let coercion = InputCoercion(schema)
    let literals = LiteralContext(
      document: document,
      variableIndices: [:],
      variables: VariableValues(),
      keepsVariables: false
    )
    var usedInDirectives: Set<NameID>?
    for definition in document.children(of: node, .variableDefinition) {
      guard let variable = document.firstChild(of: definition, where: { $0 == .variable }),
        let typeNode = document.type(of: definition)
      else { continue }
      let used = usedInDirectives ?? document.variablesInDirectives()
      usedInDirectives = used
      let name = document.nameID(variable)
      let type = document.typeReference(typeNode, in: schema)
      let inputType = type.flatMap { schema[$0.type].kind.isInput ? $0 : nil }
      let defaultValue = inputType.flatMap { type in
        document.defaultValue(of: definition)
          .flatMap { coercion.literal($0, as: type, in: literals) }
      }
      indices[name] = definitions.count
      definitions.append(
        VariableDefinition(
          name: document.text(name),
          type: inputType ?? TypeReference(.string),
          defaultValue: defaultValue,
          isUsedInDirective: used.contains(name),
          hasInputType: inputType != nil,
          node: definition
        )
      )
    }
    return (definitions, indices)
  }

  /// The variables of a request, coerced, with defaults for those that it does not give (§6.1.2).
  ///
  /// `rows` are those that were left in the request's text. What `keepsRows` does not want becomes a
  /// list of objects. `takesNull` lets variables of non-null types be null, as before the specification
  /// said otherwise: the places that they are for may refuse it still.
  ///
  /// - Throws: everything that is wrong with them.
  package func coerceVariables(
    _ json: JSONObject,
    rows: [String: JSONRows] = [:],
    suggests: Bool = false,
    takesNull: Bool = false,
    keepsRows: (InputRows) -> Bool = { _ in true }
  ) throws(CoercionErrors) -> VariableValues {
    var values: [InputValue?] = []
    values.reserveCapacity(variables.count)
    var failures: [CoercionErrors.Failure] = []
    let coercion = InputCoercion(schema)
    for variable in variables {
      guard variable.hasInputType else {
        let type = document.type(of: variable.node)
        failures.append(
          failure(of: variable, .noInputType(type.map { document.printed($0) } ?? ""), at: type)
        )
        values.append(nil)
        continue
      }
      let list = rows[variable.name]
      if let list, let fitting = coercion.rows(list, as: variable.type), keepsRows(fitting) {
        values.append(.rows(fitting))
        continue
      }
      guard let given = list?.value ?? json[variable.name] else {
        values.append(variable.defaultValue)
        failures += missing(variable, suggests)
        continue
      }
      if takesNull, given.isNull {
        values.append(.null)
        continue
      }
      let value = coercion.value(given, as: variable.type)
      values.append(value)
      if value == nil {
        var checker = InputChecker(schema, suggests: suggests)
        checker.check(given, as: variable.type)
        failures += checker.problems.map { failure(of: variable, .invalidValue($0)) }
      }
    }
    guard failures.isEmpty else { throw CoercionErrors(failures: failures) }
    return VariableValues(values)
  }

  /// What is wrong with a variable that the request does not give.
  private func missing(
    _ variable: VariableDefinition,
    _ suggests: Bool
  ) -> [CoercionErrors.Failure] {
    if variable.defaultValue != nil { return [] }
    if let node = document.defaultValue(of: variable.node) {
      var checker = InputChecker(schema, suggests: suggests)
      checker.check(node, as: variable.type, in: document)
      return checker.problems.map { failure(of: variable, .invalidDefault($0)) }
    }
    guard variable.type.isNonNull else { return [] }
    let problem = InputProblem(
      reason: .missing(type: schema.name(of: variable.type)),
      path: [],
      offset: nil
    )
    return [failure(of: variable, .invalidValue(problem))]
  }

  private func failure(
    of variable: VariableDefinition,
    _ reason: CoercionErrors.Failure.Reason,
    at node: NodeID? = nil
  ) -> CoercionErrors.Failure {
    let offset = Int(document[node ?? variable.node].start)
    return CoercionErrors.Failure(
      variable: variable.name,
      reason: reason,
      location: SourceLocation(offset: offset, in: document.source.span)
    )
  }
}

extension Document {
  /// The type that a type node names; nil where the schema has no such type, or the lists are more
  /// than a reference can hold.
  func typeReference(_ node: NodeID, in schema: Schema) -> TypeReference? {
    var wrappers: [Node.Kind] = []
    var current = node
    while let inner = firstChild(of: current) {
      wrappers.append(kind(current))
      current = inner
    }
    guard wrappers.reduce(0, { $0 + ($1 == .listType ? 1 : 0) }) <= TypeReference.maximumListDepth,
      let type = schema.type(named: bytes(nameID(current))), schema[type].isListed
    else { return nil }
    return wrappers.reversed().reduce(TypeReference(type)) {
      $1 == .listType ? $0.list : $0.nonNull
    }
  }

  /// The names of the variables that some directive's arguments contain.
  func variablesInDirectives() -> Set<NameID> {
    var found: Set<NameID> = []
    var pending: [NodeID] = []
    for (index, node) in nodes.enumerated() where node.kind == .directive {
      pending.append(NodeID(Int32(truncatingIfNeeded: index)))
    }
    while let node = pending.popLast() {
      if kind(node) == .variable { found.insert(nameID(node)) }
      for child in children(of: node) { pending.append(child) }
    }
    return found
  }
}
