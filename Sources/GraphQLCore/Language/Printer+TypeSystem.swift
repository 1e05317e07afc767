/// Type system definitions and extensions.
extension Printer {
  mutating func typeSystem(_ node: NodeID) {
    switch document.kind(node) {
    case .fieldDefinition:
      description(of: node)
      name(node)
      inputValues(of: node)
      write(": ")
      if let type = document.type(of: node) { self.type(type) }
      directives(of: node, before: " ")
    case .inputValueDefinition:
      description(of: node)
      name(node)
      write(": ")
      typeAndDefault(of: node)
    case .enumValueDefinition:
      description(of: node)
      name(node)
      directives(of: node, before: " ")
    case .operationType:
      write(document.operationKind(node).rawValue)
      write(": ")
      if let type = document.type(of: node) { self.type(type) }
    case .directiveLocation: name(node)
    case .directiveDefinition: directiveDefinition(node)
    default: definition(node)
    }
  }

  private mutating func definition(_ node: NodeID) {
    description(of: node)
    if document.isExtension(node) { write("extend ") }
    write(document.keyword(node))
    if document.hasName(node) {
      write(" ")
      name(node)
    }
    let kind = document.kind(node)
    if kind == .objectDefinition || kind == .interfaceDefinition {
      list(document.children(of: node, .namedType).map { $0 }, " implements ", " & ")
    }
    directives(of: node, before: " ")
    switch kind {
    case .unionDefinition: list(document.children(of: node, .namedType).map { $0 }, " = ", " | ")
    case .schemaDefinition: members(of: node, .operationType)
    case .objectDefinition, .interfaceDefinition: members(of: node, .fieldDefinition)
    case .enumDefinition: members(of: node, .enumValueDefinition)
    case .inputObjectDefinition: members(of: node, .inputValueDefinition)
    default: return
    }
  }

  private mutating func members(of node: NodeID, _ kind: Node.Kind) {
    let members = document.children(of: node, kind).map { $0 }
    guard !members.isEmpty else { return }
    write(" ")
    block(members)
  }

  private mutating func list(
    _ items: [NodeID],
    _ prefix: StaticString,
    _ separator: StaticString
  ) {
    for (index, item) in items.enumerated() {
      write(index == 0 ? prefix : separator)
      name(item)
    }
  }

  private mutating func inputValues(of node: NodeID) {
    let values = document.children(of: node, .inputValueDefinition).map { $0 }
    guard !values.isEmpty else { return }
    write("(")
    if values.contains(where: { hasNewline($0) }) {
      indented(values) { $0.print($1) }
    } else {
      for (index, value) in values.enumerated() {
        if index > 0 { write(", ") }
        print(value)
      }
    }
    write(")")
  }

  private mutating func directiveDefinition(_ node: NodeID) {
    description(of: node)
    write("directive @")
    name(node)
    inputValues(of: node)
    if document[node].flag == 1 { write(" repeatable") }
    list(document.children(of: node, .directiveLocation).map { $0 }, " on ", " | ")
  }
}

extension Document {
  /// The keyword that starts a definition.
  func keyword(_ node: NodeID) -> StaticString {
    switch kind(node) {
    case .scalarDefinition: "scalar"
    case .objectDefinition: "type"
    case .interfaceDefinition: "interface"
    case .unionDefinition: "union"
    case .enumDefinition: "enum"
    case .inputObjectDefinition: "input"
    case .directiveDefinition: "directive"
    default: "schema"
    }
  }
}
