/// What is wrong with a literal, with or without the values of the variables in it.
extension InputChecker {
  /// Checks a literal; without variables' values nothing is said about the variables in it.
  mutating func check(
    _ node: NodeID,
    as type: TypeReference,
    in document: Document,
    _ context: LiteralContext? = nil,
    takesTexts: Bool = false
  ) {
    let kind = document.kind(node)
    if kind == .variable {
      if let context { checkVariable(node, as: type, context) }
      return
    }
    if kind == .null {
      if type.isNonNull {
        report(.null(type: schema.name(of: type)), at: Int(document[node].start))
      }
      return
    }
    if let item = type.item {
      guard kind == .list else {
        if document.listText(node, of: item, in: schema) != nil { return }
        return check(node, as: item, in: document, context, takesTexts: takesTexts)
      }
      for (index, child) in document.children(of: node).enumerated() {
        at(.index(index)) {
          $0.check(child, as: item, in: document, context, takesTexts: takesTexts)
        }
      }
      return
    }
    switch schema[type.type].kind {
    case .inputObject: checkObject(node, as: type.type, in: document, context)
    case .enum: checkEnum(node, as: type.type, in: document)
    default:
      if takesTexts, type.type.isWrittenAsText, document.isText(node) { return }
      checkScalar(node, as: type.type, in: document)
    }
  }

  private mutating func checkVariable(
    _ node: NodeID,
    as type: TypeReference,
    _ context: LiteralContext
  ) {
    guard type.isNonNull else { return }
    let name = context.document.name(node)
    let offset = Int(context.document[node].start)
    let typeName = schema.name(of: type)
    if let index = context.index(of: node) {
      if context.variables[index]?.isNull ?? true {
        report(.variableIsNull(name: name, type: typeName), at: offset)
      }
    } else {
      report(.variableIsMissing(name: name, type: typeName), at: offset)
    }
  }

  private mutating func checkObject(
    _ node: NodeID,
    as type: TypeID,
    in document: Document,
    _ context: LiteralContext?
  ) {
    let definition = schema[type]
    let offset = Int(document[node].start)
    guard document.kind(node) == .object else {
      return report(
        .notAnObject(type: definition.name, found: document.shown(node)),
        at: offset
      )
    }
    var given: [InputValueID: NodeID] = [:]
    var unknown: [NodeID] = []
    var known: [NodeID] = []
    for field in document.children(of: node) {
      if let id = schema.inputField(named: document.bytes(document.nameID(field)), of: type) {
        given[id] = field
        known.append(field)
      } else {
        unknown.append(field)
      }
    }
    // Written once: a hostile object has thousands of fields, each with its own problem.
    lazy var found = document.shown(node)
    for index in definition.inputFields {
      let field = schema.inputValues[index]
      if let value = given[InputValueID(index)].flatMap({ document.value(of: $0) }) {
        checkField(field, of: definition, value, at: offset, in: document, context)
      } else if field.isRequired {
        report(
          .missingField(type: definition.name, field: field.name, found: found),
          at: offset
        )
      }
    }
    for field in unknown {
      let name = document.name(field)
      let start = Int(document[field].start)
      reportUnknown(field: name, of: type, found: found, at: start)
    }
    if definition.isOneOf { checkOneOf(definition, known, at: offset, in: document) }
  }

  private mutating func checkField(
    _ field: InputValueDefinition,
    of definition: TypeDefinition,
    _ value: NodeID,
    at offset: Int,
    in document: Document,
    _ context: LiteralContext?
  ) {
    if let context, document.kind(value) == .variable {
      let index = context.index(of: value)
      if definition.isOneOf {
        let name = document.name(value)
        if index == nil {
          report(
            .oneOfVariableIsMissing(name: name, field: field.name, type: definition.name),
            at: offset
          )
        } else if index.flatMap({ context.variables[$0] })?.isNull ?? true {
          report(
            .oneOfVariableIsNull(name: name, field: field.name, type: definition.name),
            at: offset
          )
        }
      } else if index == nil, !field.isRequired {
        return
      }
    }
    at(.inputField(field.name)) {
      $0.check(value, as: field.type, in: document, context, takesTexts: field.takesTexts)
    }
  }

  private mutating func checkOneOf(
    _ definition: TypeDefinition,
    _ known: [NodeID],
    at offset: Int,
    in document: Document
  ) {
    guard let first = known.first, known.count == 1 else {
      return report(.notExactlyOneField(type: definition.name), at: offset)
    }
    if let value = document.value(of: first), document.kind(value) == .null {
      at(.inputField(document.name(first))) {
        $0.report(.notExactlyOneField(type: definition.name), at: offset)
      }
    }
  }

  private mutating func checkEnum(_ node: NodeID, as type: TypeID, in document: Document) {
    let name = schema[type].name
    let found = document.shown(node, hidesVariables: true)
    let offset = document.placeOfLeaf(node)
    guard document.kind(node) == .enumValue else {
      let suggestions = suggestedValues(for: found, of: type)
      return report(
        .notAnEnumValue(type: name, found: found, isLiteral: true, suggestions: suggestions),
        at: offset
      )
    }
    if schema.enumValue(named: document.bytes(document.nameID(node)), of: type) == nil {
      let suggestions = suggestedValues(for: found, of: type)
      report(.unknownEnumValue(type: name, value: found, suggestions: suggestions), at: offset)
    }
  }

  private mutating func checkScalar(_ node: NodeID, as type: TypeID, in document: Document) {
    let kind = document.kind(node)
    let offset = document.placeOfLeaf(node)
    switch (type, kind) {
    case (.int, .int):
      if Int32(document.literal(node)) == nil {
        report(.intTooLarge(found: document.shown(node, hidesVariables: true)), at: offset)
      }
    case (.float, .int), (.float, .float):
      if !ScalarCoercion.isFinite(document.literal(node)) {
        report(.notAFloat(found: document.shown(node, hidesVariables: true)), at: offset)
      }
    case (.string, .string), (.string, .blockString), (.boolean, .boolean), (.id, .string),
      (.id, .blockString), (.id, .int):
      return
    case (.int, _): report(.notAnInt(found: document.shown(node, hidesVariables: true)), at: offset)
    case (.float, _):
      report(.notAFloat(found: document.shown(node, hidesVariables: true)), at: offset)
    case (.string, _):
      report(.notAString(found: document.shown(node, hidesVariables: true)), at: offset)
    case (.boolean, _):
      report(.notABoolean(found: document.shown(node, hidesVariables: true)), at: offset)
    case (.id, _):
      report(
        .notAnID(found: document.shown(node, hidesVariables: true), isLiteral: true),
        at: offset
      )
    default: return
    }
  }
}

extension Document {
  /// Where a message about a literal of a leaf type points.
  ///
  /// Nowhere for lists and objects: the reference implementation has put in the values of their
  /// variables before it looks at them, and clients have come to compare with it.
  fileprivate func placeOfLeaf(_ node: NodeID) -> Int? {
    switch kind(node) {
    case .list, .object: nil
    default: Int(self[node].start)
    }
  }
}
