extension Schema {
  /// The members (fields, input values, enum values) that no type has.
  ///
  /// Types that were defined again have left them.
  package var abandonedMembers: Int {
    var used = 0
    for type in types { used += type.fields.count + type.enumValues.count }
    return fields.count + enumValues.count - used
  }

  /// Whether something of it leads to every type and every listed scalar.
  ///
  /// It looks at each member once.
  package var isWhollyReachable: Bool {
    var isReached = Array(repeating: false, count: types.count)
    var open: [TypeID] = []
    func reach(_ id: TypeID) {
      guard !isReached[id.index] else { return }
      isReached[id.index] = true
      open.append(id)
    }
    for case let root? in [queryType, mutationType, subscriptionType] { reach(root) }
    reach(.schemaMeta)
    for directive in directives {
      for argument in directive.arguments { reach(inputValues[argument].type.type) }
    }
    while let id = open.popLast() {
      let type = self[id]
      for field in type.fields {
        reach(fields[field].type.type)
        for argument in fields[field].arguments { reach(inputValues[argument].type.type) }
      }
      for input in type.inputFields { reach(inputValues[input].type.type) }
      for other in type.interfaces + type.possibleTypes { reach(other) }
    }
    return types.indices.allSatisfy { isReached[$0] || !types[$0].isListed }
  }
}
