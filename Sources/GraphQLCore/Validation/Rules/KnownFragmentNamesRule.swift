/// A fragment that is spread exists (§5.5.2.1).
enum KnownFragmentNamesRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    for spread in context.nodes(.fragmentSpread)
    where context.fragments[document.nameID(spread)] == nil {
      context.report(
        .unknownFragment(document.name(spread)),
        offsets: [context.nameStart(spread)],
        on: spread
      )
    }
  }
}
