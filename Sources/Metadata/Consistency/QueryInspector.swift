/// What a saved query's text is.
package enum QueryOutline: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case query
    case mutation
    case subscription
  }

  /// No GraphQL document: what is wrong with it.
  case unreadable(String)
  /// The operations, in the order of the text, and how many definitions there are in all.
  case document(operations: [Kind], definitions: Int)
}

/// Knows GraphQL, which this target does not: whoever builds schemas lends it.
package protocol QueryInspector: Sendable {
  func outline(of text: String) -> QueryOutline

  /// What each query asks for that the schema of an administrator does not have.
  ///
  /// The document is one in which everything holds; the result has one list for each text.
  func problems(
    of texts: [String],
    in metadata: Metadata,
    _ context: DatabaseContext
  ) -> [[String]]
}
