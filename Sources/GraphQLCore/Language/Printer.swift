/// Prints a syntax tree in the layout of the reference implementation: two spaces, one selection a
/// line, values and arguments broken into lines where one would be longer than 80 characters.
struct Printer {
  let document: Document
  var output: [UInt8] = []
  var depth = 0
  /// Deeper than this nothing is indented any more; for messages about hostile values.
  private let maximumDepth: Int
  /// Where there is more, the rest is left out; for messages.
  private let maximumBytes: Int
  /// Prints values as if no variable had a value: null in lists, no field in objects.
  private let hidesVariables: Bool
  /// Leaves out fields named `__typename`.
  private let omitsTypenames: Bool
  var measures: [NodeID: Measure] = [:]
  /// Whether a `{` would be read as the body of the definition before.
  private var followsOpenDefinition = false

  init(
    _ document: Document,
    maximumDepth: Int = .max,
    maximumBytes: Int = .max,
    hidesVariables: Bool = false,
    omitsTypenames: Bool = false
  ) {
    self.document = document
    self.hidesVariables = hidesVariables
    self.omitsTypenames = omitsTypenames
    self.maximumDepth = maximumDepth
    self.maximumBytes = maximumBytes
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  mutating func print(_ node: NodeID) {
    switch document.kind(node) {
    case .document: definitions(node)
    case .operation: operation(node)
    case .fragmentDefinition: fragmentDefinition(node)
    case .variableDefinition: variableDefinition(node)
    case .selectionSet: block(document.children(of: node).filter { !isOmitted($0) })
    case .field: field(node)
    case .fragmentSpread:
      write("...")
      name(node)
      directives(of: node, before: " ")
    case .inlineFragment: inlineFragment(node)
    case .argument, .objectField: namedValue(node)
    case .directive: directive(node)
    case .namedType, .listType, .nonNullType: type(node)
    case .variable, .int, .float, .string, .blockString, .boolean, .null, .enumValue, .list,
      .object:
      value(node)
    default: typeSystem(node)
    }
  }

  private func isOmitted(_ selection: NodeID) -> Bool {
    omitsTypenames && document.kind(selection) == .field && document.name(selection) == "__typename"
  }

  private mutating func definitions(_ node: NodeID) {
    for (index, definition) in document.children(of: node).enumerated() {
      if index > 0 {
        line()
        line()
      }
      print(definition)
      followsOpenDefinition = document.mayHaveBody(definition) && output.last != UInt8(ascii: "}")
    }
  }

  // MARK: - Executable definitions

  private mutating func operation(_ node: NodeID) {
    description(of: node)
    let variables = document.children(of: node, .variableDefinition).map { $0 }
    let hasDirective = document.hasChild(node, .directive)
    let isShorthand =
      document.operationKind(node) == .query && !document.hasName(node) && variables.isEmpty
      && !hasDirective && document.description(of: node) == nil && !followsOpenDefinition
    if !isShorthand {
      write(document.operationKind(node).rawValue)
      if document.hasName(node) || !variables.isEmpty { write(" ") }
      if document.hasName(node) { name(node) }
      variableDefinitions(variables)
      directives(of: node, before: " ")
      write(" ")
    }
    if let set = document.selectionSet(of: node) { print(set) }
  }

  private mutating func variableDefinitions(_ variables: [NodeID]) {
    guard !variables.isEmpty else { return }
    let breaks = variables.contains { hasNewline($0) }
    write("(")
    if breaks { line() }
    for (index, variable) in variables.enumerated() {
      if index > 0 { breaks ? line() : write(", ") }
      print(variable)
    }
    if breaks { line() }
    write(")")
  }

  private mutating func variableDefinition(_ node: NodeID) {
    description(of: node)
    if let variable = document.firstChild(of: node, where: { $0 == .variable }) { value(variable) }
    write(": ")
    typeAndDefault(of: node)
  }

  /// The rest of a variable's or input value's definition.
  mutating func typeAndDefault(of node: NodeID) {
    if let type = document.type(of: node) { self.type(type) }
    if let value = document.defaultValue(of: node) {
      write(" = ")
      self.value(value)
    }
    directives(of: node, before: " ")
  }

  private mutating func field(_ node: NodeID) {
    var prefix = document.bytes(document.nameID(node)).count
    if document[node].alias >= 0 {
      let alias = document.responseName(node)
      prefix += document.bytes(alias).count + 2
      writeName(alias)
      write(": ")
    }
    name(node)
    let arguments = document.children(of: node, .argument).map { $0 }
    if !arguments.isEmpty {
      let breaks = prefix + joined(arguments, separator: 2).length + 2 > Measure.maximumLine
      write("(")
      if breaks {
        indented(arguments) { $0.print($1) }
      } else {
        commaSeparated(arguments)
      }
      write(")")
    }
    directives(of: node, before: " ")
    if let set = document.selectionSet(of: node) {
      write(" ")
      print(set)
    }
  }

  private mutating func inlineFragment(_ node: NodeID) {
    write("...")
    if let condition = document.type(of: node) {
      write(" on ")
      type(condition)
    }
    directives(of: node, before: " ")
    write(" ")
    if let set = document.selectionSet(of: node) { print(set) }
  }

  private mutating func fragmentDefinition(_ node: NodeID) {
    description(of: node)
    write("fragment ")
    name(node)
    write(" on ")
    if let condition = document.type(of: node) { type(condition) }
    directives(of: node, before: " ")
    write(" ")
    if let set = document.selectionSet(of: node) { print(set) }
  }

  // MARK: - Parts

  mutating func directives(of node: NodeID, before separator: StaticString) {
    for directive in document.children(of: node, .directive) {
      write(separator)
      self.directive(directive)
    }
  }

  private mutating func directive(_ node: NodeID) {
    write("@")
    name(node)
    let arguments = document.children(of: node).map { $0 }
    guard !arguments.isEmpty else { return }
    write("(")
    commaSeparated(arguments)
    write(")")
  }

  mutating func description(of node: NodeID) {
    guard let first = document.firstChild(of: node), document.kind(first).isString else { return }
    value(first)
    line()
  }

  mutating func type(_ node: NodeID) {
    guard let inner = document.firstChild(of: node) else { return name(node) }
    if document.kind(node) == .listType {
      write("[")
      type(inner)
      write("]")
    } else {
      type(inner)
      write("!")
    }
  }

  private mutating func namedValue(_ node: NodeID) {
    name(node)
    write(": ")
    if let value = document.value(of: node) { self.value(value) }
  }

  mutating func value(_ node: NodeID) {
    switch document.kind(node) {
    case .variable where hidesVariables: write("null")
    case .variable:
      write("$")
      name(node)
    case .string: output.append(contentsOf: StringPrinter.quoted(document.string(node)))
    case .blockString: blockString(document.string(node))
    case .list, .object: collection(node)
    case .enumValue: name(node)
    default: output.append(contentsOf: document.source[document.literalRange(node)])
    }
  }

  private mutating func collection(_ node: NodeID) {
    let isList = document.kind(node) == .list
    let items = items(of: node)
    let breaks = !items.isEmpty && measure(node).breaks
    write(isList ? "[" : "{")
    if breaks {
      indented(items) { $0.print($1) }
    } else {
      if !isList { write(" ") }
      commaSeparated(items)
      if !isList { write(" ") }
    }
    write(isList ? "]" : "}")
  }

  /// The items of a list, or the fields of an object that are printed.
  func items(of node: NodeID) -> [NodeID] {
    let items = document.children(of: node).map { $0 }
    guard hidesVariables, document.kind(node) == .object else { return items }
    return items.filter { document.value(of: $0).map { document.kind($0) } != .variable }
  }

  private mutating func blockString(_ text: String) {
    var isFirst = true
    for part in StringPrinter.block(text).utf8.split(
      separator: UInt8(ascii: "\n"),
      omittingEmptySubsequences: false
    ) {
      if !isFirst {
        output.append(UInt8(ascii: "\n"))
        indent()
      }
      isFirst = false
      output.append(contentsOf: part)
    }
  }

  // MARK: - Writing

  mutating func write(_ text: StaticString) {
    unsafe output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    )
  }

  mutating func write(_ text: String) {
    output.append(contentsOf: text.utf8)
  }

  private mutating func writeName(_ name: NameID) {
    output.append(contentsOf: document.source[document.range(name)])
  }

  mutating func name(_ node: NodeID) {
    writeName(document.nameID(node))
  }

  mutating func line() {
    if depth >= maximumDepth { return output.append(UInt8(ascii: " ")) }
    output.append(UInt8(ascii: "\n"))
    indent()
  }

  private mutating func indent() {
    for _ in 0..<min(depth, maximumDepth) { write("  ") }
  }

  mutating func block(_ items: [NodeID]) {
    write("{")
    indented(items) { $0.print($1) }
    write("}")
  }

  /// The items on lines of their own, between line breaks.
  mutating func indented(_ items: [NodeID], _ body: (inout Self, NodeID) -> Void) {
    line()
    if depth < maximumDepth { write("  ") }
    depth += 1
    for (index, item) in items.enumerated() {
      if index > 0 { line() }
      guard output.count < maximumBytes else { break }
      body(&self, item)
    }
    depth -= 1
    line()
  }

  private mutating func commaSeparated(_ items: [NodeID]) {
    for (index, item) in items.enumerated() {
      if index > 0 { write(", ") }
      print(item)
    }
  }
}

extension Document {
  /// The document as text, in one layout.
  package func printed() -> String { printed(.document) }

  func printed(_ node: NodeID) -> String {
    var printer = Printer(self)
    printer.print(node)
    return printer.text
  }

  /// A value as messages show it.
  func shown(_ node: NodeID, hidesVariables: Bool = false) -> String {
    var printer = Printer(
      self,
      maximumDepth: 100,
      maximumBytes: 4000,
      hidesVariables: hidesVariables
    )
    printer.print(node)
    return printer.text
  }

  /// Where the text of a number, string, boolean or null stands.
  func literalRange(_ id: NodeID) -> Range<Int> {
    let node = self[id]
    return Int(node.start)..<Int(node.nameStart)
  }

  /// The default of a variable or input value; a description before it is none.
  func defaultValue(of id: NodeID) -> NodeID? {
    guard var current = type(of: id) else { return nil }
    while let next = next(after: current) {
      if kind(next).isValue { return next }
      current = next
    }
    return nil
  }
}

extension Document {
  /// Whether a definition or extension is of a kind that may end with a body in braces.
  fileprivate func mayHaveBody(_ definition: NodeID) -> Bool {
    switch kind(definition) {
    case .schemaDefinition, .objectDefinition, .interfaceDefinition, .enumDefinition,
      .inputObjectDefinition:
      true
    default: false
    }
  }
}
