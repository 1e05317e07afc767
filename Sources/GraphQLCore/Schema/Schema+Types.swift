/// What the type system says about types, beyond what their definitions hold.
extension Schema {
  /// The type as a document writes it, such as `[Int!]`.
  package func name(of reference: TypeReference) -> String {
    guard let item = reference.item else {
      return self[reference.type].name + (reference.isNonNull ? "!" : "")
    }
    return "[" + name(of: item) + (reference.isNonNull ? "]!" : "]")
  }

  /// Whether every value of a composite type is one of another (§3.6.1, §3.7.1).
  package func isSubtype(_ type: TypeID, of abstract: TypeID) -> Bool {
    if type == abstract { return true }
    switch self[abstract].kind {
    case .interface: return self[type].interfaces.contains(abstract)
    case .union: return self[abstract].possibleTypes.contains(type)
    default: return false
    }
  }

  /// Whether every value of a type reference may stand where another is declared.
  package func isSubtype(_ type: TypeReference, of other: TypeReference) -> Bool {
    if type == other { return true }
    if other.isNonNull {
      return type.isNonNull && isSubtype(type.nullable, of: other.nullable)
    }
    if type.isNonNull { return isSubtype(type.nullable, of: other) }
    if let otherItem = other.item {
      return type.item.map { isSubtype($0, of: otherItem) } ?? false
    }
    return !type.isList && isSubtype(type.type, of: other.type)
  }

  /// Whether an object can be of both composite types (§5.5.2.3).
  package func overlap(_ first: TypeID, _ second: TypeID) -> Bool {
    if first == second { return true }
    switch (self[first].kind.isAbstract, self[second].kind.isAbstract) {
    case (true, true):
      return self[first].possibleTypes.contains { isPossible($0, for: second) }
    case (true, false): return isPossible(second, for: first)
    case (false, true): return isPossible(first, for: second)
    case (false, false): return false
    }
  }

  /// Whether an object type can stand where a composite type is declared.
  package func isPossible(_ object: TypeID, for type: TypeID) -> Bool {
    switch self[type].kind {
    case .interface: self[object].interfaces.contains(type)
    case .union: self[type].possibleTypes.contains(object)
    default: object == type
    }
  }

  /// The type at which operations of a kind start.
  package func rootType(for kind: OperationKind) -> TypeID? {
    switch kind {
    case .query: queryType
    case .mutation: mutationType
    case .subscription: subscriptionType
    }
  }
}
