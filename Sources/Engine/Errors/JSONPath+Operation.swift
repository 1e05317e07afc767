import GraphQLCore
import JSON

extension JSONPath {
  /// The way from the operation's root: `$.selectionSet.author.args.where.id._eq`.
  ///
  /// Fragments are part of it only in what Hasura says before it has put them in.
  init(_ steps: some Sequence<PathStep>, namesFragments: Bool = false) {
    self.init()
    for step in steps {
      switch step {
      case .field(let name):
        append(key: "selectionSet")
        append(key: name)
      case .argument(let name):
        append(key: "args")
        append(key: name)
      case .fragment(let name):
        guard namesFragments else { continue }
        append(key: "selectionSet")
        append(key: name)
      case .inputField(let name): append(key: name)
      case .index(let index): append(index: index)
      }
    }
  }
}
