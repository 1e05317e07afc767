/// Prints a schema in the schema definition language, in the layout of the reference implementation.
struct SchemaPrinter {
  private let schema: Schema
  private var output = ""

  init(_ schema: Schema) {
    self.schema = schema
  }

  /// Everything but what is built in, in the listed order.
  mutating func print() -> String {
    var parts: [String] = []
    func add(_ print: (inout SchemaPrinter) -> Void) {
      var printer = SchemaPrinter(schema)
      print(&printer)
      if !printer.output.isEmpty { parts.append(printer.output) }
    }
    add { $0.printDefinition() }
    for (index, directive) in schema.directives.enumerated()
    where !DirectiveID(index).isBuiltIn && directive.isAdvertised {
      add { $0.print(directive) }
    }
    for id in schema.listedOrder.dropFirst(TypeID.builtInCount) { add { $0.print(schema[id]) } }
    return parts.joined(separator: "\n\n")
  }

  /// The schema's own definition, where the names of the root types do not say it all.
  private mutating func printDefinition() {
    let roots: [(kind: OperationKind, type: TypeID?, name: String)] = [
      (.query, schema.queryType, "Query"), (.mutation, schema.mutationType, "Mutation"),
      (.subscription, schema.subscriptionType, "Subscription"),
    ]
    guard roots.contains(where: { $0.type != nil }) else { return }
    let isDefault = roots.allSatisfy { $0.type == schema.type(named: $0.name) }
    if isDefault, schema.description == nil { return }
    print(description: schema.description)
    output += "schema {\n"
    for root in roots {
      if let type = root.type { output += "  \(root.kind.rawValue): \(schema[type].name)\n" }
    }
    output += "}"
  }

  private mutating func print(_ type: TypeDefinition) {
    print(description: type.description)
    switch type.kind {
    case .scalar:
      output += "scalar \(type.name)"
      if let url = type.specifiedByURL { output += " @specifiedBy(url: \(quoted(url)))" }
    case .object, .interface:
      output += type.kind == .object ? "type \(type.name)" : "interface \(type.name)"
      if !type.interfaces.isEmpty {
        output += " implements "
        output += type.interfaces.map { schema[$0].name }.joined(separator: " & ")
      }
      block(type.fields, { $0.fields[$1].description }) { printer, index in
        printer.print(printer.schema.fields[index])
      }
    case .union:
      output += "union \(type.name)"
      if !type.possibleTypes.isEmpty {
        output += " = " + type.possibleTypes.map { schema[$0].name }.joined(separator: " | ")
      }
    case .enum:
      output += "enum \(type.name)"
      block(type.enumValues, { $0.enumValues[$1].description }) { printer, index in
        let value = printer.schema.enumValues[index]
        printer.output += "  \(value.name)"
        printer.print(deprecation: value.deprecationReason)
      }
    case .inputObject:
      output += "input \(type.name)"
      if type.isOneOf { output += " @oneOf" }
      block(type.inputFields, { $0.inputValues[$1].description }) { printer, index in
        printer.output += "  "
        printer.print(printer.schema.inputValues[index])
      }
    }
  }

  private mutating func print(_ directive: DirectiveDefinition) {
    print(description: directive.description)
    output += "directive @\(directive.name)"
    print(arguments: directive.arguments, indentation: "")
    if directive.isRepeatable { output += " repeatable" }
    output += " on " + directive.locations.map(\.rawValue).joined(separator: " | ")
  }

  private mutating func print(_ field: FieldDefinition) {
    output += "  \(field.name)"
    print(arguments: field.arguments, indentation: "  ")
    output += ": \(schema.name(of: field.type))"
    print(deprecation: field.deprecationReason)
  }

  private mutating func print(_ value: InputValueDefinition) {
    output += "\(value.name): \(schema.name(of: value.type))"
    if let defaultValue = value.defaultValue { output += " = \(defaultValue.text)" }
    print(deprecation: value.deprecationReason)
  }

  private mutating func print(arguments: Range<Int>, indentation: String) {
    guard !arguments.isEmpty else { return }
    output += "("
    if arguments.allSatisfy({ schema.inputValues[$0].description == nil }) {
      for index in arguments {
        if index > arguments.lowerBound { output += ", " }
        print(schema.inputValues[index])
      }
    } else {
      for index in arguments {
        let value = schema.inputValues[index]
        output += "\n"
        print(
          description: value.description,
          indentation: "  \(indentation)",
          isFirst: index == arguments.lowerBound
        )
        output += "  \(indentation)"
        print(value)
      }
      output += "\n\(indentation)"
    }
    output += ")"
  }

  /// The members of a type, each with its description, between braces.
  private mutating func block(
    _ range: Range<Int>,
    _ description: (Schema, Int) -> String?,
    _ body: (inout Self, Int) -> Void
  ) {
    guard !range.isEmpty else { return }
    output += " {"
    for index in range {
      output += "\n"
      print(
        description: description(schema, index),
        indentation: "  ",
        isFirst: index == range.lowerBound
      )
      body(&self, index)
    }
    output += "\n}"
  }

  /// A description on lines of its own, after an empty line where it is not the first of a block.
  private mutating func print(
    description: String?,
    indentation: String = "",
    isFirst: Bool = true
  ) {
    guard let description else { return }
    if !indentation.isEmpty { output += isFirst ? indentation : "\n\(indentation)" }
    let text =
      StringPrinter.isBlockPrintable(description)
      ? StringPrinter.block(description) : quoted(description)
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    output += lines.map { String(decoding: $0, as: UTF8.self) }.joined(
      separator: "\n\(indentation)"
    )
    output += "\n"
  }

  private mutating func print(deprecation reason: String?) {
    guard let reason else { return }
    output += " @deprecated"
    if reason != SchemaBuilder.defaultDeprecationReason { output += "(reason: \(quoted(reason)))" }
  }

  private func quoted(_ text: String) -> String {
    String(decoding: StringPrinter.quoted(text), as: UTF8.self)
  }
}

extension Schema {
  /// The schema as text in the schema definition language.
  package func sdl() -> String {
    var printer = SchemaPrinter(self)
    return printer.print()
  }
}
