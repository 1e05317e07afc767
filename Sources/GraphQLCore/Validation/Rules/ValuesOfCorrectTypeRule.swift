/// Literals fit the types of the places where they stand (§5.6.1, §5.6.2, §5.6.4).
enum ValuesOfCorrectTypeRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for index in document.nodes.indices {
      let node = NodeID(Int32(truncatingIfNeeded: index))
      let value: NodeID?
      switch document.kind(node) {
      case .argument: value = document.value(of: node)
      case .variableDefinition: value = document.defaultValue(of: node)
      default: continue
      }
      guard let value, let type = context.info(node).knownType else { continue }
      var checker = InputChecker(context.schema, suggests: context.suggests)
      let definition = Int(context.info(node).definition)
      let takesTexts =
        document.kind(node) == .argument && definition >= 0
        && context.schema.inputValues[definition].takesTexts
      checker.check(value, as: type, in: document, takesTexts: takesTexts)
      for problem in checker.problems {
        context.report(
          .invalidValue(problem),
          offsets: problem.offset.map { [Int32(truncatingIfNeeded: $0)] } ?? [],
          on: node,
          tail: problem.path
        )
      }
    }
  }
}
