/// What a type must have to implement its interfaces (§3.6.1, §3.7.1).
extension SchemaChecker {
  mutating func checkInterfaces(of id: TypeID) {
    let type = schema[id]
    var implemented: Set<TypeID> = []
    for interface in type.interfaces {
      let name = schema[interface].name
      guard schema[interface].kind == .interface else {
        report(
          "Type \(type.name) must only implement Interface types, it cannot implement \(name).",
          namedTypes(name, in: id)
        )
        continue
      }
      if interface == id {
        report(
          "Type \(type.name) cannot implement itself because it would create a circular"
            + " reference.",
          namedTypes(name, in: id)
        )
      }
      guard implemented.insert(interface).inserted else {
        report("Type \(type.name) can only implement \(name) once.", namedTypes(name, in: id))
        continue
      }
      checkAncestors(of: id, interface)
      checkImplementation(of: id, interface)
    }
  }

  /// A type names the interfaces of its interfaces as well.
  private mutating func checkAncestors(of id: TypeID, _ interface: TypeID) {
    let type = schema[id]
    let name = schema[interface].name
    for ancestor in schema[interface].interfaces where !type.interfaces.contains(ancestor) {
      let ancestorName = schema[ancestor].name
      let message =
        ancestor == id
        ? "Type \(type.name) cannot implement \(name) because it would create a circular reference."
        : "Type \(type.name) must implement \(ancestorName) because it is implemented by \(name)."
      report(message, namedTypes(ancestorName, in: interface) + namedTypes(name, in: id))
    }
  }

  private mutating func checkImplementation(of id: TypeID, _ interface: TypeID) {
    let type = schema[id]
    let interfaceName = schema[interface].name
    for index in schema[interface].fields {
      let expected = schema.fields[index]
      let expectedNode = origins.fieldNodes[index]
      let title = "\(interfaceName).\(expected.name)"
      guard let fieldID = schema.field(named: expected.name, of: id) else {
        report(
          "Interface field \(title) expected but \(type.name) does not provide it.",
          [expectedNode] + typeNodes(id)
        )
        continue
      }
      let field = schema[fieldID]
      let node = origins.fieldNodes[fieldID.index]
      if !schema.isSubtype(field.type, of: expected.type) {
        report(
          "Interface field \(title) expects type \(schema.name(of: expected.type)) but"
            + " \(type.name).\(field.name) is type \(schema.name(of: field.type)).",
          [typeReference(expectedNode), typeReference(node)]
        )
      }
      checkArguments(of: fieldID, "\(type.name).\(field.name)", FieldID(index), title)
      if field.deprecationReason != nil, expected.deprecationReason == nil {
        report(
          "Interface field \(title) is not deprecated, so implementation field"
            + " \(type.name).\(field.name) must not be deprecated.",
          [deprecatedDirective(node), typeReference(node)]
        )
      }
    }
  }

  private mutating func checkArguments(
    of field: FieldID,
    _ fieldTitle: String,
    _ expectedField: FieldID,
    _ expectedTitle: String
  ) {
    for index in schema[expectedField].arguments {
      let expected = schema.inputValues[index]
      let expectedNode = origins.inputNodes[index]
      guard let id = schema.argument(named: expected.name, of: field) else {
        report(
          "Interface field argument \(expectedTitle)(\(expected.name):) expected but \(fieldTitle)"
            + " does not provide it.",
          [expectedNode, origins.fieldNodes[field.index]]
        )
        continue
      }
      let argument = schema[id]
      guard argument.type != expected.type else { continue }
      report(
        "Interface field argument \(expectedTitle)(\(expected.name):) expects type"
          + " \(schema.name(of: expected.type)) but \(fieldTitle)(\(expected.name):) is type"
          + " \(schema.name(of: argument.type)).",
        [typeReference(expectedNode), typeReference(origins.inputNodes[id.index])]
      )
    }
    for index in schema[field].arguments {
      let argument = schema.inputValues[index]
      guard argument.isRequired, schema.argument(named: argument.name, of: expectedField) == nil
      else { continue }
      report(
        "Argument \"\(fieldTitle)(\(argument.name):)\" must not be required type"
          + " \"\(schema.name(of: argument.type))\" if not provided by the Interface field"
          + " \"\(expectedTitle)\".",
        [origins.inputNodes[index], origins.fieldNodes[expectedField.index]]
      )
    }
  }
}
