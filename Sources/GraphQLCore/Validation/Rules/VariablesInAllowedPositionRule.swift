/// Variables are of types that fit the places where they are used (§5.8.5).
enum VariablesInAllowedPositionRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for operation in context.operations {
      var definitions: [NameID: NodeID] = [:]
      for definition in document.children(of: operation.node, .variableDefinition) {
        guard let variable = document.firstChild(of: definition, where: { $0 == .variable })
        else { continue }
        definitions[document.nameID(variable)] = definition
      }
      guard !definitions.isEmpty else { continue }
      for definition in context.reachable(from: operation) {
        for use in context.variableUses(in: definition) {
          guard let variable = definitions[document.nameID(use)] else { continue }
          check(use, of: variable, &context)
        }
      }
    }
  }

  private static func check(
    _ use: NodeID,
    of definition: NodeID,
    _ context: inout ValidationContext
  ) {
    let document = context.document
    let schema = context.schema
    guard let expected = context.info(use).knownType,
      let type = document.type(of: definition)
        .flatMap({ document.typeReference($0, in: schema) })
    else { return }
    let name = document.name(use)
    let parent = context.parent(use)
    if !isAllowed(type, definition, at: expected, hasDefault: hasDefault(parent, context), context)
    {
      context.report(
        .misplacedVariable(name, type: schema.name(of: type), expected: schema.name(of: expected)),
        offsets: [context.start(definition), context.start(use)],
        on: use
      )
    }
    guard let parent, document.kind(parent) == .objectField, !type.isNonNull,
      let object = context.info(parent).scopeType, schema[object].isOneOf
    else { return }
    context.report(
      .nullableOneOfVariable(name, type: schema.name(of: type), object: schema[object].name),
      offsets: [context.start(definition), context.start(use)],
      on: use
    )
  }

  private static func isAllowed(
    _ type: TypeReference,
    _ definition: NodeID,
    at expected: TypeReference,
    hasDefault: Bool,
    _ context: ValidationContext
  ) -> Bool {
    guard expected.isNonNull, !type.isNonNull else {
      return context.schema.isSubtype(type, of: expected)
    }
    let document = context.document
    let hasOwnDefault =
      document.defaultValue(of: definition).map { document.kind($0) != .null } ?? false
    return (hasOwnDefault || hasDefault)
      && context.schema.isSubtype(type, of: expected.nullable)
  }

  /// Whether the place has a default: an argument or an input field may, an item of a list not.
  private static func hasDefault(_ place: NodeID?, _ context: ValidationContext) -> Bool {
    guard let place else { return false }
    let kind = context.document.kind(place)
    let definition = context.info(place).definition
    guard kind == .argument || kind == .objectField, definition >= 0 else { return false }
    return context.schema.inputValues[Int(definition)].defaultValue != nil
  }
}
