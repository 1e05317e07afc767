/// Prints a schema as type system definitions, in the layout of the reference implementation.
struct SchemaPrinter {
  private let schema: Schema
  private var output: [UInt8] = []

  init(_ schema: Schema) {
    self.schema = schema
  }

  /// All that the schema adds to the specification's own types and directives.
  mutating func print() -> String {
    if !hasCommonRootNames { item { $0.schemaDefinition() } }
    for index in schema.directives.indices where !DirectiveID(index).isSpecified {
      item { $0.definition(of: $0.schema.directives[index]) }
    }
    for index in schema.types.indices {
      let id = TypeID(index)
      guard !id.isBuiltInScalar, !id.isIntrospectionType else { continue }
      item { $0.definition(of: $0.schema[id]) }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// A definition, with an empty line before it.
  private mutating func item(_ write: (inout Self) -> Void) {
    if !output.isEmpty { output.append(contentsOf: "\n\n".utf8) }
    write(&self)
  }

  private mutating func write(_ text: String) {
    output.append(contentsOf: text.utf8)
  }

  // MARK: - The schema and its directives

  /// Whether the root types have the names that need no `schema { … }`.
  private var hasCommonRootNames: Bool {
    guard schema.description == nil else { return false }
    let roots = [
      (schema.queryType, "Query"), (schema.mutationType, "Mutation"),
      (schema.subscriptionType, "Subscription"),
    ]
    return roots.allSatisfy { root, name in root.map { schema[$0].name == name } ?? true }
  }

  private mutating func schemaDefinition() {
    description(schema.description, indent: "", isFirst: true)
    write("schema {\n")
    let roots = [
      ("query", schema.queryType), ("mutation", schema.mutationType),
      ("subscription", schema.subscriptionType),
    ]
    for case (let keyword, let type?) in roots { write("  \(keyword): \(schema[type].name)\n") }
    write("}")
  }

  private mutating func definition(of directive: DirectiveDefinition) {
    description(directive.description, indent: "", isFirst: true)
    write("directive @\(directive.name)")
    arguments(directive.arguments, indent: "")
    if directive.isRepeatable { write(" repeatable") }
    write(" on " + directive.locations.map(\.rawValue).joined(separator: " | "))
  }

  // MARK: - Types

  private mutating func definition(of type: TypeDefinition) {
    description(type.description, indent: "", isFirst: true)
    switch type.kind {
    case .scalar:
      write("scalar \(type.name)")
      if let url = type.specifiedByURL {
        write(" @specifiedBy(url: ")
        output.append(contentsOf: StringPrinter.quoted(url))
        write(")")
      }
    case .object, .interface:
      write("\(type.kind == .object ? "type" : "interface") \(type.name)")
      if !type.interfaces.isEmpty {
        write(" implements " + names(type.interfaces).joined(separator: " & "))
      }
      fields(type.fields)
    case .union:
      write("union \(type.name)")
      if !type.possibleTypes.isEmpty {
        write(" = " + names(type.possibleTypes).joined(separator: " | "))
      }
    case .enum:
      write("enum \(type.name)")
      values(type.enumValues)
    case .inputObject:
      write("input \(type.name)" + (type.isOneOf ? " @oneOf" : ""))
      inputFields(type.inputFields)
    }
  }

  private func names(_ types: [TypeID]) -> [String] { types.map { schema[$0].name } }

  private mutating func fields(_ range: Range<Int>) {
    block(range) { printer, index in
      let field = printer.schema.fields[index]
      printer.description(field.description, indent: "  ", isFirst: index == range.lowerBound)
      printer.write("  \(field.name)")
      printer.arguments(field.arguments, indent: "  ")
      printer.write(": \(printer.schema.name(of: field.type))")
      printer.deprecation(field.deprecationReason)
    }
  }

  private mutating func inputFields(_ range: Range<Int>) {
    block(range) { printer, index in
      let field = printer.schema.inputValues[index]
      printer.description(field.description, indent: "  ", isFirst: index == range.lowerBound)
      printer.write("  ")
      printer.inputValue(field)
    }
  }

  private mutating func values(_ range: Range<Int>) {
    block(range) { printer, index in
      let value = printer.schema.enumValues[index]
      printer.description(value.description, indent: "  ", isFirst: index == range.lowerBound)
      printer.write("  \(value.name)")
      printer.deprecation(value.deprecationReason)
    }
  }

  private mutating func block(_ range: Range<Int>, _ write: (inout Self, Int) -> Void) {
    guard !range.isEmpty else { return }
    self.write(" {\n")
    for index in range {
      write(&self, index)
      self.write("\n")
    }
    self.write("}")
  }

  // MARK: - Parts of members

  private mutating func arguments(_ range: Range<Int>, indent: String) {
    guard !range.isEmpty else { return }
    let values = schema.inputValues[range]
    write("(")
    guard values.contains(where: { $0.description != nil }) else {
      for (index, value) in values.enumerated() {
        if index > 0 { write(", ") }
        inputValue(value)
      }
      return write(")")
    }
    write("\n")
    for (index, value) in values.enumerated() {
      description(value.description, indent: indent + "  ", isFirst: index == 0)
      write(indent + "  ")
      inputValue(value)
      write("\n")
    }
    write(indent + ")")
  }

  private mutating func inputValue(_ value: InputValueDefinition) {
    write("\(value.name): \(schema.name(of: value.type))")
    if let defaultValue = value.defaultValue { write(" = \(defaultValue.text)") }
    deprecation(value.deprecationReason)
  }

  private mutating func deprecation(_ reason: String?) {
    guard let reason else { return }
    write(" @deprecated")
    guard reason != "No longer supported" else { return }
    write("(reason: ")
    output.append(contentsOf: StringPrinter.quoted(reason))
    write(")")
  }

  /// A description on lines of its own, after an empty line unless it is the first of a block.
  private mutating func description(_ text: String?, indent: String, isFirst: Bool) {
    guard let text else { return }
    if !indent.isEmpty, !isFirst { write("\n") }
    write(indent)
    let string =
      StringPrinter.isBlockPrintable(text)
      ? StringPrinter.block(text)
      : String(decoding: StringPrinter.quoted(text), as: UTF8.self)
    let lines = string.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if index > 0 { write("\n" + indent) }
      write(String(line))
    }
    write("\n")
  }
}

extension Schema {
  /// The schema as type system definitions, without what every schema has.
  package func sdl() -> String {
    var printer = SchemaPrinter(self)
    return printer.print()
  }
}

extension SchemaID where Definition == DirectiveDefinition {
  /// Whether the specification defines the directive, so that printing leaves it out.
  fileprivate var isSpecified: Bool { isBuiltIn }
}
