package import JSON

/// A variable as a document declares it, whatever schema the document is for.
package struct DeclaredVariable: Hashable, Sendable {
  package let name: String
  /// As written: `[uuid!]!`.
  package let type: String
  /// The name within: `uuid`.
  package let typeName: String
  package let isList: Bool
  package let isNonNull: Bool
  package let defaultValue: JSONValue?
}

extension Document {
  package var definitionCount: Int { definitions.reduce(0) { count, _ in count + 1 } }

  /// The kinds of the operations, in the order of the text.
  package var operationKinds: [OperationKind] {
    definitions.filter { kind($0) == .operation }.map { operationKind($0) }
  }

  /// The variables of the first operation.
  package var declaredVariables: [DeclaredVariable] {
    guard let operation = definitions.first(where: { kind($0) == .operation }) else { return [] }
    return children(of: operation, .variableDefinition).compactMap { definition in
      guard let variable = firstChild(of: definition, where: { $0 == .variable }),
        let type = type(of: definition)
      else { return nil }
      let inner = kind(type) == .nonNullType ? firstChild(of: type) ?? type : type
      return DeclaredVariable(
        name: name(variable),
        type: typeText(type),
        typeName: typeName(type),
        isList: kind(inner) == .listType,
        isNonNull: kind(type) == .nonNullType,
        defaultValue: defaultValue(of: definition).map { json($0) }
      )
    }
  }

  /// The document printed in one way, whatever its layout was.
  ///
  /// Fields named `__typename` are left out: clients add them without being asked to.
  package var normalized: [UInt8] {
    var printer = Printer(self, omitsTypenames: true)
    printer.print(.document)
    return printer.output
  }

  private func typeText(_ id: NodeID) -> String {
    switch kind(id) {
    case .listType: "[" + (firstChild(of: id).map { typeText($0) } ?? "") + "]"
    case .nonNullType: (firstChild(of: id).map { typeText($0) } ?? "") + "!"
    default: name(id)
    }
  }

  func typeName(_ id: NodeID) -> String {
    guard kind(id) != .namedType, let inner = firstChild(of: id) else { return name(id) }
    return typeName(inner)
  }

  /// A constant as JSON; enum values become strings.
  ///
  /// Values nest no deeper than the parser allows.
  private func json(_ id: NodeID) -> JSONValue {
    switch kind(id) {
    case .int, .float: (try? JSONValue(parsing: literal(id))) ?? .null
    case .string, .blockString: .string(string(id))
    case .boolean: .bool(self[id].flag == 1)
    case .enumValue: .string(name(id))
    case .list: .array(children(of: id).map { json($0) })
    case .object:
      .object(
        JSONObject(
          children(of: id, .objectField).map { field in
            JSONObject.Member(key: name(field), value: value(of: field).map { json($0) } ?? .null)
          }
        )
      )
    default: .null
    }
  }
}
