/// The members of types.
extension SchemaChecker {
  mutating func checkFields(of id: TypeID) {
    let type = schema[id]
    if type.fields.isEmpty {
      report("Type \(type.name) must define one or more fields.", typeNodes(id))
    }
    for index in type.fields {
      let field = schema.fields[index]
      let node = origins.fieldNodes[index]
      checkName(field.name, node)
      if !schema[field.type.type].kind.isOutput {
        report(
          "The type of \(type.name).\(field.name) must be Output Type but got:"
            + " \(schema.name(of: field.type)).",
          [typeReference(node)]
        )
      }
      for argumentIndex in field.arguments {
        let argument = schema.inputValues[argumentIndex]
        let argumentNode = origins.inputNodes[argumentIndex]
        let title = "\(type.name).\(field.name)(\(argument.name):)"
        checkName(argument.name, argumentNode)
        checkInputType(of: argument, title, typeReference(argumentNode))
        checkDeprecation(of: argument, "argument \(title)", argumentNode)
        checkDefault(of: argument, title, argumentNode)
      }
    }
  }

  mutating func checkUnion(_ id: TypeID) {
    let type = schema[id]
    if type.possibleTypes.isEmpty {
      report("Union type \(type.name) must define one or more member types.", typeNodes(id))
    }
    var included: Set<TypeID> = []
    for member in type.possibleTypes {
      let name = schema[member].name
      if schema[member].kind != .object {
        report(
          "Union type \(type.name) can only include Object types, it cannot include \(name).",
          namedTypes(name, in: id)
        )
      } else if !included.insert(member).inserted {
        report(
          "Union type \(type.name) can only include type \(name) once.",
          namedTypes(name, in: id)
        )
      }
    }
  }

  mutating func checkEnum(_ id: TypeID) {
    let type = schema[id]
    if type.enumValues.isEmpty {
      report("Enum type \(type.name) must define one or more values.", typeNodes(id))
    }
    for index in type.enumValues {
      checkName(schema.enumValues[index].name, origins.enumValueNodes[index])
    }
  }

  mutating func checkInputObject(_ id: TypeID) {
    let type = schema[id]
    if type.inputFields.isEmpty {
      report("Input Object type \(type.name) must define one or more fields.", typeNodes(id))
    }
    for index in type.inputFields {
      let field = schema.inputValues[index]
      let node = origins.inputNodes[index]
      let title = "\(type.name).\(field.name)"
      checkName(field.name, node)
      checkInputType(of: field, title, typeReference(node))
      checkDeprecation(of: field, "input field \(title)", node)
      checkDefault(of: field, title, node)
      guard type.isOneOf else { continue }
      if field.type.isNonNull {
        report("OneOf input field \(title) must be nullable.", [typeReference(node)])
      }
      if field.defaultValue != nil {
        report("OneOf input field \(title) cannot have a default value.", [node])
      }
    }
  }

  /// The places where a type names another as its interface or member.
  func namedTypes(_ name: String, in id: TypeID) -> [NodeID?] {
    typeNodes(id)
      .flatMap { document.children(of: $0, .namedType).map { $0 } }
      .filter { name.hasSameBytes(as: document.bytes(document.nameID($0))) }
  }
}
