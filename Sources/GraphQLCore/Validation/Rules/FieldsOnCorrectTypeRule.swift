/// A field that is selected exists on the type in which it is selected (§5.3.1).
enum FieldsOnCorrectTypeRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for node in context.nodes(.field) {
      let info = context.info(node)
      guard let scope = info.scopeType, info.definition == -1 else { continue }
      let name = document.nameID(node)
      let types = context.suggests ? typesWithField(name, scope, context) : []
      let fields = context.suggests && types.isEmpty ? fieldsLike(name, scope, context) : []
      context.report(
        .unknownField(
          field: document.text(name),
          type: context.schema[scope].name,
          typeSuggestions: types,
          suggestions: fields
        ),
        at: node
      )
    }
  }

  private static func fieldsLike(
    _ name: NameID,
    _ scope: TypeID,
    _ context: ValidationContext
  ) -> [String] {
    let schema = context.schema
    let names = schema[scope].fields.map { schema.fields[$0].name }
    return Suggestions.near(context.document.text(name), among: names)
  }

  /// The types on which an abstract type has the field, the most general first.
  private static func typesWithField(
    _ name: NameID,
    _ scope: TypeID,
    _ context: ValidationContext
  ) -> [String] {
    let schema = context.schema
    guard schema[scope].kind.isAbstract else { return [] }
    var uses: [TypeID: Int] = [:]
    for type in schema[scope].possibleTypes where hasField(name, type, context) {
      uses[type] = 1
      for interface in schema[type].interfaces where hasField(name, interface, context) {
        uses[interface, default: 0] += 1
      }
    }
    return
      uses.keys.sorted { first, second in
        if let left = uses[first], let right = uses[second], left != right { return left > right }
        if schema[first].kind == .interface, schema.isSubtype(second, of: first) { return true }
        if schema[second].kind == .interface, schema.isSubtype(first, of: second) { return false }
        return Suggestions.naturallyPrecedes(schema[first].name, schema[second].name)
      }
      .map { schema[$0].name }
  }

  private static func hasField(
    _ name: NameID,
    _ type: TypeID,
    _ context: ValidationContext
  ) -> Bool {
    context.schema.field(named: context.document.bytes(name), of: type) != nil
  }
}
