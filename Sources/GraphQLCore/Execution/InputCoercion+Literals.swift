import JSON

/// Where a literal stands: its document, and what is known of the variables in it.
package struct LiteralContext: Sendable {
  let document: Document
  /// The operation's variables by name.
  let variableIndices: [NameID: Int]
  /// The values of the request; a variable that has none counts as not given.
  let variables: VariableValues
  /// Whether variables stay in the result, for a plan that is made once for many values.
  let keepsVariables: Bool

  /// The index of a variable that has a value.
  func index(of variable: NodeID) -> Int? {
    guard let index = variableIndices[document.nameID(variable)], variables[index] != nil else {
      return nil
    }
    return index
  }
}

/// Coercion of literals of a document, with the variables in them.
extension InputCoercion {
  /// The value of a literal; nil where it does not fit, or is a variable without a value.
  func literal(
    _ node: NodeID,
    as type: TypeReference,
    in context: LiteralContext,
    takesTexts: Bool = false
  ) -> InputValue? {
    let document = context.document
    switch document.kind(node) {
    case .variable:
      // Validation has made sure that the variable's type fits this place, but for null.
      guard let index = context.index(of: node), let value = context.variables[index] else {
        return nil
      }
      if type.isNonNull, value.isNull { return nil }
      return context.keepsVariables ? .variable(index) : value
    case .null: return type.isNonNull ? nil : .null
    default: break
    }
    if let item = type.item {
      guard document.kind(node) == .list else {
        if let text = document.listText(node, of: item, in: schema) { return .string(text) }
        return literal(node, as: item, in: context, takesTexts: takesTexts).map { .list([$0]) }
      }
      return list(node, of: item, in: context, takesTexts)
    }
    switch schema[type.type].kind {
    case .inputObject: return object(node, as: type.type, in: context)
    case .enum:
      guard document.kind(node) == .enumValue else { return nil }
      return schema.enumValue(named: document.bytes(document.nameID(node)), of: type.type)
        .map { .enumValue($0) }
    default:
      if takesTexts, type.type.isWrittenAsText, document.isText(node) {
        return .string(document.string(node))
      }
      return scalar(node, as: type.type, in: context)
    }
  }

  private func list(
    _ node: NodeID,
    of item: TypeReference,
    in context: LiteralContext,
    _ takesTexts: Bool
  ) -> InputValue? {
    var items: [InputValue] = []
    for child in context.document.children(of: node) {
      if let value = literal(child, as: item, in: context, takesTexts: takesTexts) {
        items.append(value)
      } else if context.isAbsentVariable(child), !item.isNonNull {
        items.append(.null)
      } else {
        return nil
      }
    }
    return .list(items)
  }

  private func object(_ node: NodeID, as type: TypeID, in context: LiteralContext) -> InputValue? {
    let document = context.document
    guard document.kind(node) == .object else { return nil }
    let isOneOf = schema[type].isOneOf
    // A field given twice is two of them (§3.10.1), though the later would replace the earlier.
    if isOneOf, document.children(of: node).count(where: { _ in true }) != 1 { return nil }
    var fields: [InputField] = []
    var given = InputFieldSet(schema[type].inputFields)
    for field in document.children(of: node) {
      guard let id = schema.inputField(named: document.bytes(document.nameID(field)), of: type),
        let valueNode = document.value(of: field)
      else { return nil }
      if context.isAbsentVariable(valueNode) {
        if isOneOf { return nil }
        continue
      }
      let definition = schema[id]
      let value = literal(
        valueNode,
        as: definition.type,
        in: context,
        takesTexts: definition.takesTexts
      )
      guard let value else { return nil }
      if isOneOf, context.isNull(value) { return nil }
      fields.set(InputField(id: id, value: value), &given)
    }
    return complete(fields, given, as: type)
  }

  // MARK: - Scalars

  private func scalar(_ node: NodeID, as type: TypeID, in context: LiteralContext) -> InputValue? {
    let document = context.document
    switch (type, document.kind(node)) {
    case (.int, .int): return Int32(document.literal(node)).map { .int(String($0)) }
    case (.float, .int), (.float, .float):
      let digits = document.literal(node)
      return ScalarCoercion.isFinite(digits) ? .float(digits) : nil
    case (.string, .string), (.string, .blockString), (.id, .string), (.id, .blockString):
      return .string(document.string(node))
    case (.boolean, .boolean): return .boolean(document[node].flag == 1)
    case (.id, .int): return .string(document.literal(node))
    case (.int, _), (.float, _), (.string, _), (.boolean, _), (.id, _): return nil
    default: return anything(node, in: context)
    }
  }

  /// A literal of a custom scalar: whatever it is, with what its variables stand for.
  private func anything(_ node: NodeID, in context: LiteralContext) -> InputValue? {
    let document = context.document
    switch document.kind(node) {
    case .variable:
      guard let index = context.index(of: node), let value = context.variables[index] else {
        return nil
      }
      return context.keepsVariables ? .variable(index) : .scalar(value.json(in: schema))
    case .null: return .scalar(.null)
    case .boolean: return .scalar(.bool(document[node].flag == 1))
    case .int, .float:
      return .scalar(
        JSONNumber(document.literal(node)).map { .number($0) } ?? .string(document.literal(node))
      )
    case .string, .blockString: return .scalar(.string(document.string(node)))
    case .enumValue: return .scalar(.string(document.name(node)))
    case .list:
      return .joined(document.children(of: node).map { anything($0, in: context) ?? .null })
    default:
      var fields: [ScalarField] = []
      for field in document.children(of: node) {
        guard let valueNode = document.value(of: field),
          let value = anything(valueNode, in: context)
        else { continue }
        fields.append(ScalarField(name: document.name(field), value: value))
      }
      return .joined(fields)
    }
  }
}

extension Document {
  func isText(_ node: NodeID) -> Bool { kind(node) == .string || kind(node) == .blockString }

  /// The text of a string literal that stands for a whole list.
  func listText(_ node: NodeID, of item: TypeReference, in schema: Schema) -> String? {
    guard isText(node),
      schema.takes(string(node), asListOf: item)
    else { return nil }
    return string(node)
  }
}

extension LiteralContext {
  func isAbsentVariable(_ node: NodeID) -> Bool {
    document.kind(node) == .variable && index(of: node) == nil
  }

  /// Whether a value is null, or a kept variable that is.
  fileprivate func isNull(_ value: InputValue) -> Bool {
    if case .variable(let index) = value { return variables[index]?.isNull ?? true }
    return value.isNull
  }
}

extension InputValue {
  /// JSON where all parts are, else the parts.
  fileprivate static func joined(_ items: [InputValue]) -> InputValue {
    let json = items.compactMap(\.plainJSON)
    return json.count == items.count ? .scalar(.array(json)) : .list(items)
  }

  fileprivate static func joined(_ fields: [ScalarField]) -> InputValue {
    var object = JSONObject()
    for field in fields {
      guard let json = field.value.plainJSON else { return .scalarObject(fields) }
      object.append(field.name, json)
    }
    return .scalar(.object(object))
  }

  private var plainJSON: JSONValue? {
    switch self {
    case .scalar(let value): value
    case .null: .null
    default: nil
    }
  }
}
