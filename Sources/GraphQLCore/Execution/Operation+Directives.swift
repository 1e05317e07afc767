/// Directives on the operation itself (§3.13).
extension Operation {
  /// The value of an argument of a directive on the operation; nil where the operation has not that
  /// directive, or the value is none of the type.
  package func argument(
    _ name: StaticString,
    of directive: StaticString,
    as type: TypeReference,
    _ variables: VariableValues
  ) -> InputValue? {
    for node in document.children(of: node, .directive)
    where document.bytes(document.nameID(node)).isSame(as: directive) {
      for argument in document.children(of: node, .argument)
      where document.bytes(document.nameID(argument)).isSame(as: name) {
        guard let value = document.value(of: argument) else { return nil }
        let context = literals(variables, keepsVariables: false)
        return InputCoercion(schema).literal(value, as: type, in: context)
      }
    }
    return nil
  }

  /// Whether the operation has a directive.
  package func hasDirective(named name: StaticString) -> Bool {
    document.children(of: node, .directive).contains {
      document.bytes(document.nameID($0)).isSame(as: name)
    }
  }
}
