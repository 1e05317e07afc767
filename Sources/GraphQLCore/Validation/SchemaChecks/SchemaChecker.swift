/// Checks the types of a schema (§3, "Type Validation"), and where the document defines what is wrong.
struct SchemaChecker {
  let schema: Schema
  let origins: SchemaOrigins
  private(set) var problems: [(message: String, offsets: [Int32])] = []

  init(_ schema: Schema, _ origins: SchemaOrigins) {
    self.schema = schema
    self.origins = origins
  }

  var document: Document { origins.document }

  mutating func check() {
    checkRootTypes()
    checkDirectives()
    checkAppliedDirectives()
    var defaults = DefaultCycleCheck(schema, origins)
    for index in TypeID.builtInCount..<max(TypeID.builtInCount, schema.types.count) {
      let type = schema.types[index]
      checkName(type.name, typeNode(TypeID(index)))
      switch type.kind {
      case .object, .interface:
        checkFields(of: TypeID(index))
        checkInterfaces(of: TypeID(index))
      case .union: checkUnion(TypeID(index))
      case .enum: checkEnum(TypeID(index))
      case .inputObject:
        checkInputObject(TypeID(index))
        defaults.check(TypeID(index))
      case .scalar: break
      }
    }
    for problem in defaults.problems { report(problem.message, problem.nodes) }
    var values = FiniteValueCheck(schema, origins)
    for problem in values.check() { report(problem.message, problem.nodes) }
  }

  // MARK: - Reporting

  mutating func report(_ message: String, _ nodes: [NodeID?]) {
    problems.append((message, nodes.compactMap { $0.map { document[$0].start } }))
  }

  /// The definition of a type.
  func typeNode(_ type: TypeID) -> NodeID? { origins.typeNodes[type]?.first }

  /// The definition and the extensions of a type.
  func typeNodes(_ type: TypeID) -> [NodeID] { origins.typeNodes[type] ?? [] }

  /// The type that a definition gives its field, argument or input field.
  func typeReference(_ definition: NodeID?) -> NodeID? {
    definition.flatMap { document.type(of: $0) }
  }

  func deprecatedDirective(_ definition: NodeID?) -> NodeID? {
    guard let definition else { return nil }
    return document.children(of: definition, .directive)
      .first { document.bytes(document.nameID($0)).isSame(as: "deprecated") }
  }

  mutating func checkName(_ name: String, _ node: NodeID?) {
    guard name.utf8.starts(with: "__".utf8) else { return }
    report(
      "Name \"\(name)\" must not begin with \"__\", which is reserved by GraphQL introspection.",
      [node]
    )
  }

  // MARK: - The schema

  private mutating func checkRootTypes() {
    if schema.queryType == nil {
      let definition = origins.schemaNodes.first { !document.isExtension($0) }
      report("Query root type must be provided.", [definition])
    }
    var uses: [(type: TypeID, kinds: [OperationKind])] = []
    for kind in [OperationKind.query, .mutation, .subscription] {
      guard let type = schema.rootType(for: kind) else { continue }
      guard schema[type].kind == .object else {
        let title = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        let condition = kind == .query ? "" : " if provided"
        report(
          "\(title) root type must be Object type\(condition), it cannot be \(schema[type].name).",
          [origins.rootNodes[kind] ?? typeNode(type)]
        )
        continue
      }
      if let index = uses.firstIndex(where: { $0.type == type }) {
        uses[index].kinds.append(kind)
      } else {
        uses.append((type, [kind]))
      }
    }
    for use in uses where use.kinds.count > 1 {
      let kinds = Suggestions.list(use.kinds.map(\.rawValue), "and")
      report(
        "All root types must be different, \"\(schema[use.type].name)\" type is used as \(kinds)"
          + " root types.",
        use.kinds.map { origins.rootNodes[$0] }
      )
    }
  }

  private mutating func checkDirectives() {
    for directive in schema.directives {
      guard let node = origins.directiveNodes[directive.name] else { continue }
      checkName(directive.name, node)
      for index in directive.arguments {
        let argument = schema.inputValues[index]
        let argumentNode = origins.inputNodes[index]
        let title = "@\(directive.name)(\(argument.name):)"
        checkName(argument.name, argumentNode)
        checkInputType(of: argument, title, argumentNode)
        checkDeprecation(of: argument, "argument \(title)", argumentNode)
        checkDefault(of: argument, title, argumentNode)
      }
    }
    for node in DirectiveCycles.find(in: document) {
      report("Directive @\(document.name(node)) must not reference itself.", [node])
    }
  }

  // MARK: - Input values

  mutating func checkInputType(
    of value: InputValueDefinition,
    _ title: String,
    _ place: NodeID?
  ) {
    guard !schema[value.type.type].kind.isInput else { return }
    report(
      "The type of \(title) must be Input Type but got: \(schema.name(of: value.type)).",
      [place]
    )
  }

  mutating func checkDeprecation(
    of value: InputValueDefinition,
    _ title: String,
    _ node: NodeID?
  ) {
    guard value.isRequired, value.deprecationReason != nil else { return }
    report(
      "Required \(title) cannot be deprecated.",
      [deprecatedDirective(node), typeReference(node)]
    )
  }

  mutating func checkDefault(of value: InputValueDefinition, _ title: String, _ node: NodeID?) {
    guard let node, let literal = document.defaultValue(of: node),
      schema[value.type.type].kind.isInput
    else { return }
    var checker = InputChecker(schema, suggests: true)
    checker.check(literal, as: value.type, in: document)
    for problem in checker.problems {
      let offset = problem.offset.map { Int32(truncatingIfNeeded: $0) }
      problems.append(
        (
          "\(title) has invalid default value\(problem.place): \(problem.message)",
          offset.map { [$0] } ?? []
        )
      )
    }
  }
}

/// Checks the schema of a document that ``validateSDL(_:extending:rules:)`` has nothing against.
package func validateSchema(_ document: Document) throws(SchemaError) -> [ValidationError] {
  var reader = SchemaReader(document)
  let (schema, origins) = try reader.read()
  var checker = SchemaChecker(schema, origins)
  checker.check()
  let locations = locations(of: checker.problems.flatMap(\.offsets), in: document)
  return checker.problems.map { problem in
    ValidationError(
      reason: .typeSystem(problem.message),
      locations: problem.offsets.compactMap { locations[$0] },
      path: []
    )
  }
}

/// Many places of a document in one pass: cycles of thousands of types name each of them each time.
private func locations(of offsets: [Int32], in document: Document) -> [Int32: SourceLocation] {
  var locations: [Int32: SourceLocation] = [:]
  var cursor = LocationCursor()
  let source = document.source
  for offset in Set(offsets).sorted() {
    locations[offset] = cursor.advance(to: Int(offset), in: source.span)
  }
  return locations
}
