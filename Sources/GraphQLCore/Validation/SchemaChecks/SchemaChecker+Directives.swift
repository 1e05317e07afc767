extension SchemaChecker {
  /// Checks what the document gives to the two built-in directives whose values a schema takes over
  /// (§3.13.3, §3.13.4): a reason or a URL that is no string cannot be shown.
  ///
  /// Elsewhere directives on definitions are the business of whoever reads them.
  mutating func checkAppliedDirectives() {
    var pending = Array(document.definitions.reversed())
    while let node = pending.popLast() {
      switch document.kind(node) {
      case .directive: continue
      case .scalarDefinition: checkArgument("url", of: "specifiedBy", on: node)
      case .fieldDefinition, .inputValueDefinition, .enumValueDefinition:
        checkArgument("reason", of: "deprecated", on: node)
      default: break
      }
      pending += document.children(of: node).reversed()
    }
  }

  private mutating func checkArgument(
    _ name: StaticString,
    of directive: StaticString,
    on node: NodeID
  ) {
    for found in document.children(of: node, .directive)
    where document.bytes(document.nameID(found)).isSame(as: directive) {
      for argument in document.children(of: found, .argument)
      where document.bytes(document.nameID(argument)).isSame(as: name) {
        guard let value = document.value(of: argument) else { continue }
        var checker = InputChecker(schema, suggests: true)
        checker.check(value, as: TypeReference(.string).nonNull, in: document)
        for problem in checker.problems {
          report("Argument \"\(name)\" has invalid value: \(problem.message)", [value])
        }
      }
    }
  }
}
