/// Collecting the fields of a selection (§6.3.2): fragments spread, directives applied, fields of the
/// same response name merged, in the order in which they are first met.
extension Operation {
  /// The fields at the root of the operation.
  package func rootFields(_ variables: VariableValues) throws(FieldError) -> [CollectedField] {
    guard let rootType else { return [] }
    var collector = FieldCollector(self, type: rootType, variables)
    try collector.collect(selectionsOf: node)
    return collector.fields
  }

  /// The fields below a field, for a value of an object type.
  package func fields(
    of field: CollectedField,
    as type: TypeID,
    _ variables: VariableValues
  ) throws(FieldError) -> [CollectedField] {
    var collector = FieldCollector(self, type: type, variables)
    for node in field.nodes { try collector.collect(selectionsOf: node) }
    return collector.fields
  }

  /// Whether a field has a selection set.
  package func hasSelection(_ field: CollectedField) -> Bool {
    field.nodes.contains { document.selectionSet(of: $0) != nil }
  }

  /// Where the field's nodes stand in the document.
  package func locations(of field: CollectedField) -> [SourceLocation] {
    let source = document.source
    return field.nodes.map { SourceLocation(offset: Int(document[$0].start), in: source.span) }
  }

  package func location(of error: FieldError) -> SourceLocation {
    SourceLocation(offset: error.offset, in: document.source.span)
  }
}

/// Gathers fields for one object type.
private struct FieldCollector {
  private let operation: Operation
  private let type: TypeID
  private let variables: VariableValues
  private var scope: FragmentScope
  private var names: [NameID] = []
  private var kinds: [FieldKind] = []
  private var nodes: [[NodeID]] = []
  /// Only where there are many: few names are found faster by looking at each.
  private var indices: [NameID: Int] = [:]

  init(_ operation: Operation, type: TypeID, _ variables: VariableValues) {
    self.operation = operation
    self.type = type
    self.variables = variables
    scope = FragmentScope(
      document: operation.document,
      schema: operation.schema,
      fragments: operation.fragments,
      type: type
    )
  }

  var fields: [CollectedField] {
    names.indices.map { index in
      CollectedField(
        responseName: operation.document.text(names[index]),
        kind: kinds[index],
        nodes: nodes[index]
      )
    }
  }

  /// Goes through a selection set and the fragments in it, without recursion: a document may chain
  /// as many fragments as it has room for.
  mutating func collect(selectionsOf parent: NodeID) throws(FieldError) {
    let document = operation.document
    guard let set = document.selectionSet(of: parent) else { return }
    var pending: [NodeID] = []
    var current = document.firstChild(of: set)
    while true {
      guard let selection = current else {
        guard let next = pending.popLast() else { return }
        current = document.next(after: next)
        continue
      }
      let isIncluded = try operation.isIncluded(selection, variables)
      if isIncluded, document.kind(selection) == .field {
        add(selection)
      } else if isIncluded, let inner = scope.content(of: selection) {
        pending.append(selection)
        current = document.firstChild(of: inner)
        continue
      }
      current = document.next(after: selection)
    }
  }

  private mutating func add(_ field: NodeID) {
    let name = operation.document.responseName(field)
    if let index = index(of: name) {
      nodes[index].append(field)
      return
    }
    guard let kind = operation.kind(of: field, in: type) else { return }
    if names.count == 16 {
      for (index, name) in names.enumerated() { indices[name] = index }
    }
    if names.count >= 16 { indices[name] = names.count }
    names.append(name)
    kinds.append(kind)
    nodes.append([field])
  }

  private func index(of name: NameID) -> Int? {
    names.count > 16 ? indices[name] : names.firstIndex(of: name)
  }
}

extension Operation {
  /// What a field node selects on an object type; nil where the type has no such field.
  fileprivate func kind(of field: NodeID, in type: TypeID) -> FieldKind? {
    let name = document.bytes(document.nameID(field))
    if let id = schema.field(named: name, of: type) { return .defined(id) }
    if name.isSame(as: "__typename") { return .typename }
    guard type == schema.queryType else { return nil }
    if name.isSame(as: "__schema") { return .schema }
    return name.isSame(as: "__type") ? .type : nil
  }

  /// Whether `@skip` and `@include` let a selection stand (§3.13.1, §3.13.2).
  fileprivate func isIncluded(
    _ selection: NodeID,
    _ variables: VariableValues
  ) throws(FieldError) -> Bool {
    for directive in document.children(of: selection, .directive) {
      let name = document.bytes(document.nameID(directive))
      let isSkip = name.isSame(as: "skip")
      guard isSkip || name.isSame(as: "include") else { continue }
      if try condition(of: directive, variables) == isSkip { return false }
    }
    return true
  }

  private func condition(
    of directive: NodeID,
    _ variables: VariableValues
  ) throws(FieldError) -> Bool {
    let argument = document.children(of: directive, .argument)
      .first { document.bytes(document.nameID($0)).isSame(as: "if") }
    guard let argument, let value = document.value(of: argument) else {
      throw FieldError(
        reason: .missingArgument(name: "if", type: "Boolean!"),
        offset: Int(document[directive].start)
      )
    }
    let context = literals(variables, keepsVariables: false)
    let type = TypeReference(.boolean).nonNull
    guard case .boolean(let condition) = InputCoercion(schema).literal(value, as: type, in: context)
    else {
      throw invalidArgument("if", value, as: type, context)
    }
    return condition
  }
}
