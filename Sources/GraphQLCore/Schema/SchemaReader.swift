/// Builds a schema from a document in the schema definition language (§3), or adds one to a schema.
///
/// The document is taken as it is; whether it is valid the rules say
/// (``validateSDL(_:extending:rules:)``, ``validateSchema(_:)``).
struct SchemaReader {
  private let document: Document
  private let base: Schema?
  private var builder: SchemaBuilder
  private var roots = RootTypes()
  private var origins: SchemaOrigins
  private var extensions: [NameID: [NodeID]] = [:]

  init(_ document: Document, extending base: Schema? = nil) {
    self.document = document
    self.base = base
    builder = base.map { SchemaBuilder(extending: $0) } ?? SchemaBuilder()
    origins = SchemaOrigins(document: document)
    if let base {
      roots = RootTypes(
        query: base.queryType,
        mutation: base.mutationType,
        subscription: base.subscriptionType
      )
    }
  }

  /// The schema, and where in the document its parts are defined.
  mutating func read() throws(SchemaError) -> (schema: Schema, origins: SchemaOrigins) {
    reserveTypes()
    var hasSchemaDefinition = base?.queryType != nil || base?.mutationType != nil
    for node in document.definitions {
      let kind = document.kind(node)
      if kind == .schemaDefinition {
        hasSchemaDefinition = hasSchemaDefinition || !document.isExtension(node)
        readSchema(node)
      } else if kind == .directiveDefinition {
        readDirective(node)
      } else if kind.definesType, !document.isExtension(node) {
        readType(node)
      }
    }
    extendBaseTypes()
    if !hasSchemaDefinition { useDefaultRoots() }
    if let name = builder.firstUndefinedType {
      throw SchemaError(reason: .undefinedType, name: name)
    }
    return (builder.assemble(roots), origins)
  }

  /// Types get their ids in the order of their definitions.
  private mutating func reserveTypes() {
    for node in document.definitions where document.kind(node).definesType {
      if document.isExtension(node) {
        extensions[document.nameID(node), default: []].append(node)
      } else {
        _ = builder.type(document.name(node))
      }
    }
  }

  private mutating func useDefaultRoots() {
    roots.query = roots.query ?? builder.knownType("Query")
    roots.mutation = roots.mutation ?? builder.knownType("Mutation")
    roots.subscription = roots.subscription ?? builder.knownType("Subscription")
  }

  private mutating func readSchema(_ node: NodeID) {
    origins.schemaNodes.append(node)
    if let description = document.description(of: node) { builder.description = description }
    for operation in document.children(of: node, .operationType) {
      guard let typeNode = document.type(of: operation) else { continue }
      let type = builder.type(document.name(typeNode))
      let kind = document.operationKind(operation)
      origins.rootNodes[kind] = typeNode
      switch kind {
      case .query: roots.query = type
      case .mutation: roots.mutation = type
      case .subscription: roots.subscription = type
      }
    }
  }

  private mutating func readDirective(_ node: NodeID) {
    let locations = document.children(of: node, .directiveLocation)
      .compactMap { DirectiveLocation(rawValue: document.name($0)) }
    let definition = DirectiveDefinition(
      name: document.name(node),
      description: document.description(of: node),
      arguments: readInputs(document.children(of: node, .inputValueDefinition).map { $0 }),
      isRepeatable: document[node].flag == 1,
      locations: locations
    )
    builder.defineDirective(definition)
    origins.directiveNodes[definition.name] = node
  }

  // MARK: - Types

  private mutating func readType(_ node: NodeID) {
    let id = builder.type(document.name(node))
    // What is built in cannot be defined anew, but naming it makes it part of the schema.
    guard id.index >= TypeID.builtInCount else { return builder.list(id) }
    guard !builder.isDefined(id) else { return }
    let parts = [node] + (extensions[document.nameID(node)] ?? [])
    define(id, document.kind(node), parts, description: document.description(of: node))
  }

  /// Adds the extensions of types that the schema had before.
  private mutating func extendBaseTypes() {
    guard base != nil else { return }
    for (name, parts) in extensions.sorted(by: { $0.key < $1.key }) {
      guard let id = builder.knownType(document.text(name)), builder.isDefined(id),
        id.index >= TypeID.builtInCount, origins.typeNodes[id] == nil
      else { continue }
      let type = builder.types[id.index]
      builder.reopen(id)
      define(id, Node.Kind(type.kind), parts, description: type.description)
    }
  }

  /// Defines a type by its parts, after what it had before.
  private mutating func define(
    _ id: TypeID,
    _ kind: Node.Kind,
    _ parts: [NodeID],
    description: String?
  ) {
    origins.typeNodes[id] = parts
    let before = builder.types[id.index]
    switch kind {
    case .scalarDefinition:
      let url = parts.compactMap { directiveArgument("specifiedBy", "url", of: $0) }.last
      builder.defineScalar(
        id,
        description: description,
        specifiedByURL: url ?? before.specifiedByURL
      )
    case .enumDefinition: defineEnum(id, parts, before, description)
    case .inputObjectDefinition:
      let isOneOf = parts.contains { directive("oneOf", of: $0) != nil }
      let inputs = parts.flatMap { document.children(of: $0, .inputValueDefinition).map { $0 } }
      let old = before.inputFields.map { builder.inputValues[$0] }
      let new = inputs.map { readInput($0) }
      let range = builder.defineInputObject(
        id,
        description: description,
        isOneOf: before.isOneOf || isOneOf,
        fields: old + new
      )
      origins.note(inputs, at: range.lowerBound + old.count, in: \.inputNodes)
    case .unionDefinition:
      let members = parts.flatMap { document.children(of: $0, .namedType).map { $0 } }
      let types = members.map { builder.type(document.name($0)) }
      builder.defineUnion(id, description: description, members: before.possibleTypes + types)
    default: defineFields(id, kind, parts, before, description)
    }
  }

  private mutating func defineEnum(
    _ id: TypeID,
    _ parts: [NodeID],
    _ before: TypeDefinition,
    _ description: String?
  ) {
    let nodes = parts.flatMap { document.children(of: $0, .enumValueDefinition).map { $0 } }
    let old = before.enumValues.map { builder.enumValues[$0] }
    let new = nodes.map { node in
      EnumValueDefinition(
        name: document.name(node),
        description: document.description(of: node),
        deprecationReason: deprecationReason(of: node)
      )
    }
    let range = builder.defineEnum(id, description: description, values: old + new)
    origins.note(nodes, at: range.lowerBound + old.count, in: \.enumValueNodes)
  }

  private mutating func defineFields(
    _ id: TypeID,
    _ kind: Node.Kind,
    _ parts: [NodeID],
    _ before: TypeDefinition,
    _ description: String?
  ) {
    let names = parts.flatMap { document.children(of: $0, .namedType).map { $0 } }
    let interfaces = before.interfaces + names.map { builder.type(document.name($0)) }
    let nodes = parts.flatMap { document.children(of: $0, .fieldDefinition).map { $0 } }
    var fields = before.fields.map { builder.fields[$0] }
    let count = fields.count
    for node in nodes { fields.append(readField(node)) }
    let range =
      kind == .interfaceDefinition
      ? builder.defineInterface(
        id,
        description: description,
        interfaces: interfaces,
        fields: fields
      )
      : builder.defineObject(
        id,
        description: description,
        interfaces: interfaces,
        fields: fields
      )
    origins.note(nodes, at: range.lowerBound + count, in: \.fieldNodes)
  }

  // MARK: - Members

  private mutating func readField(_ node: NodeID) -> FieldDefinition {
    let arguments = readInputs(document.children(of: node, .inputValueDefinition).map { $0 })
    return FieldDefinition(
      name: document.name(node),
      description: document.description(of: node),
      arguments: arguments,
      type: readTypeReference(of: node),
      deprecationReason: deprecationReason(of: node)
    )
  }

  private mutating func readInputs(_ nodes: [NodeID]) -> Range<Int> {
    guard !nodes.isEmpty else { return 0..<0 }
    let range = builder.inputValues(nodes.map { readInput($0) })
    origins.note(nodes, at: range.lowerBound, in: \.inputNodes)
    return range
  }

  private mutating func readInput(_ node: NodeID) -> InputValueDefinition {
    InputValueDefinition(
      name: document.name(node),
      description: document.description(of: node),
      type: readTypeReference(of: node),
      defaultValue: document.defaultValue(of: node).map { document.constValue($0) },
      deprecationReason: deprecationReason(of: node)
    )
  }

  /// The type of a definition; lists beyond what a reference can hold are left out.
  private mutating func readTypeReference(of node: NodeID) -> TypeReference {
    guard let typeNode = document.type(of: node) else { return TypeReference(.string) }
    var wrappers: [Node.Kind] = []
    var current = typeNode
    while let inner = document.firstChild(of: current) {
      wrappers.append(document.kind(current))
      current = inner
    }
    var type = TypeReference(builder.type(document.name(current)))
    for wrapper in wrappers.reversed() {
      if wrapper == .nonNullType {
        type = type.nonNull
      } else if type.listDepth < TypeReference.maximumListDepth {
        type = type.list
      }
    }
    return type
  }

  // MARK: - Directives

  private func directive(_ name: StaticString, of node: NodeID) -> NodeID? {
    document.children(of: node, .directive)
      .first { document.bytes(document.nameID($0)).isSame(as: name) }
  }

  private func directiveArgument(
    _ name: StaticString,
    _ argument: StaticString,
    of node: NodeID
  ) -> String? {
    guard let directive = directive(name, of: node),
      let found = document.children(of: directive, .argument)
        .first(where: { document.bytes(document.nameID($0)).isSame(as: argument) }),
      let value = document.value(of: found), document.kind(value).isString
    else { return nil }
    return document.string(value)
  }

  private func deprecationReason(of node: NodeID) -> String? {
    guard directive("deprecated", of: node) != nil else { return nil }
    return directiveArgument("deprecated", "reason", of: node)
      ?? SchemaBuilder.defaultDeprecationReason
  }
}

extension Node.Kind {
  /// The definition of types of a kind.
  init(_ kind: TypeKind) {
    switch kind {
    case .scalar: self = .scalarDefinition
    case .object: self = .objectDefinition
    case .interface: self = .interfaceDefinition
    case .union: self = .unionDefinition
    case .enum: self = .enumDefinition
    case .inputObject: self = .inputObjectDefinition
    }
  }
}

extension Document {
  /// A value without variables.
  func constValue(_ node: NodeID) -> ConstValue {
    switch kind(node) {
    case .int: .int(literal(node))
    case .float: .float(literal(node))
    case .string, .blockString: .string(string(node))
    case .boolean: .boolean(self[node].flag == 1)
    case .enumValue: .enumValue(name(node))
    case .list: .list(children(of: node).map { constValue($0) })
    case .object:
      .object(
        children(of: node)
          .compactMap { field in
            value(of: field).map { ConstField(name: name(field), value: constValue($0)) }
          }
      )
    default: .null
    }
  }
}
