/// Fields that get the same place in the response are the same field with the same arguments, or
/// cannot both be there (§5.3.2).
///
/// The comparisons are counted: a document that would need very many is refused.
enum OverlappingFieldsCanBeMergedRule {
  static func check(_ context: inout ValidationContext) {
    let document = context.document
    var search = OverlapSearch(context)
    for set in context.nodes(.selectionSet) {
      guard let parent = context.parent(set), document.kind(parent) != .inlineFragment else {
        continue
      }
      // A single field, or a single spread, has nothing to be compared with.
      guard let first = document.firstChild(of: set),
        document.next(after: first) != nil || document.kind(first) == .inlineFragment
      else { continue }
      for conflict in search.conflicts(within: set) {
        let name = OverlapSearch.abbreviated(document.text(conflict.name))
        let nodes = conflict.first + conflict.second
        context.report(
          .conflict(responseName: name, reason: conflict.reason),
          offsets: nodes.map { context.start($0) },
          on: conflict.first.first ?? set
        )
      }
      if search.isExhausted { return context.abort(at: set) }
    }
  }
}
