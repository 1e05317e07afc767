import GraphQLCore
import JSON
import Metadata

/// A query of a collection, read once for all requests that run it.
struct SavedQuery: Sendable {
  let collection: String
  let name: String
  let text: [UInt8]
  /// Nil where the text is no GraphQL document.
  let document: Document?
  let variables: [DeclaredVariable]

  init(_ query: QueryCollection.Query, in collection: String) {
    self.collection = collection
    name = query.name
    text = Array(query.text.utf8)
    document = try? Document(parsing: text)
    variables = document?.declaredVariables ?? []
  }

  var isSubscription: Bool { document?.operationKinds == [.subscription] }

  /// The comment lines that the text begins with, without their signs.
  var leadingComment: String? {
    let lines = String(decoding: text, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " || $0 == "\t" || $0 == "\r" } }
      .drop { $0.isEmpty }
      .prefix { $0.first == "#" }
      .map { $0.drop { $0 == "#" || $0 == " " } }
    return lines.isEmpty ? nil : lines.joined(separator: " ")
  }
}
