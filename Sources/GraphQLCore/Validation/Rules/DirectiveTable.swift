/// The directives that a document may use: those of the schema, and those that it defines itself.
struct DirectiveTable {
  struct Entry {
    struct Argument {
      let name: String
      let type: String
      let isRequired: Bool
    }

    let locations: [DirectiveLocation]
    let isRepeatable: Bool
    let arguments: [Argument]
  }

  private var entries: [NameID: Entry] = [:]

  init(_ context: ValidationContext) {
    let document = context.document
    for directive in context.schema.directives {
      guard let name = document.nameID(of: directive.name) else { continue }
      entries[name] = Self.entry(directive, context.schema)
    }
    for node in document.definitions where document.kind(node) == .directiveDefinition {
      entries[document.nameID(node)] = Self.entry(node, document)
    }
  }

  subscript(name: NameID) -> Entry? { entries[name] }

  private static func entry(_ directive: DirectiveDefinition, _ schema: Schema) -> Entry {
    Entry(
      locations: directive.locations,
      isRepeatable: directive.isRepeatable,
      arguments: directive.arguments.map { index in
        let argument = schema.inputValues[index]
        return Entry.Argument(
          name: argument.name,
          type: schema.name(of: argument.type),
          isRequired: argument.isRequired
        )
      }
    )
  }

  private static func entry(_ node: NodeID, _ document: Document) -> Entry {
    let locations = document.children(of: node, .directiveLocation)
      .compactMap { DirectiveLocation(rawValue: document.name($0)) }
    let arguments = document.children(of: node, .inputValueDefinition)
      .map { argument in
        let type = document.type(of: argument)
        let isNonNull = type.map { document.kind($0) == .nonNullType } ?? false
        return Entry.Argument(
          name: document.name(argument),
          type: type.map { document.printed($0) } ?? "",
          isRequired: isNonNull && document.defaultValue(of: argument) == nil
        )
      }
    return Entry(
      locations: locations,
      isRepeatable: document[node].flag == 1,
      arguments: arguments
    )
  }
}
