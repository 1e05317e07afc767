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
    var found: [TypeID] = []
    var uses: [TypeID: Int] = [:]
    for type in schema[scope].possibleTypes where hasField(name, type, context) {
      for candidate in [type] + schema[type].interfaces
      where candidate == type || hasField(name, candidate, context) {
        if uses[candidate] == nil { found.append(candidate) }
        uses[candidate, default: 0] += 1
      }
    }
    insertionSort(&found) { first, second in
      if let left = uses[first], let right = uses[second], left != right { return left > right }
      if schema[first].kind == .interface, schema.isSubtype(second, of: first) { return true }
      if schema[second].kind == .interface, schema.isSubtype(first, of: second) { return false }
      return Suggestions.naturallyPrecedes(schema[first].name, schema[second].name)
    }
    return found.map { schema[$0].name }
  }

  /// Sorts by what is not quite an order.
  ///
  /// Types that do not inherit from each other go by name, which may contradict inheritance. The
  /// outcome is that of the sort which the reference implementation uses.
  private static func insertionSort(
    _ types: inout [TypeID],
    _ precedes: (TypeID, TypeID) -> Bool
  ) {
    guard types.count > 1 else { return }
    var sorted = 1
    if precedes(types[1], types[0]) {
      while sorted < types.count, precedes(types[sorted], types[sorted - 1]) { sorted += 1 }
      types[..<sorted].reverse()
    } else {
      while sorted < types.count, !precedes(types[sorted], types[sorted - 1]) { sorted += 1 }
    }
    for index in sorted..<max(sorted, types.count) {
      let type = types.remove(at: index)
      var (low, high) = (0, index)
      while low < high {
        let middle = (low + high) / 2
        if precedes(type, types[middle]) { high = middle } else { low = middle + 1 }
      }
      types.insert(type, at: low)
    }
  }

  private static func hasField(
    _ name: NameID,
    _ type: TypeID,
    _ context: ValidationContext
  ) -> Bool {
    context.schema.field(named: context.document.bytes(name), of: type) != nil
  }
}
