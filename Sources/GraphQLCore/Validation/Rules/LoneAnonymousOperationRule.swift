/// An operation without a name is the only one (§5.2.3.1).
enum LoneAnonymousOperationRule {
  static func check(_ context: inout ValidationContext) {
    let operations = context.operations
    guard operations.count > 1 else { return }
    for operation in operations where !context.document.hasName(operation.node) {
      context.report(.anonymousOperationNotAlone, at: operation.node)
    }
  }
}
