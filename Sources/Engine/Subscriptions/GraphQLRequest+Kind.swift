import GraphQLCore

extension Engine {
  /// Whether the operation of a request, or of the saved query that it names, is a subscription; false also
  /// for what is no proper document.
  package func isSubscription(_ request: GraphQLRequest) -> Bool {
    guard let id = request.documentID else {
      return request.query.namesSubscription(request.operationName)
    }
    let saved = try? snapshots.current?.saved.query(named: id)
    return saved?.text.namesSubscription(request.operationName) ?? false
  }
}

extension [UInt8] {
  /// Whether the text has a subscription of the name, or as its only operation.
  fileprivate func namesSubscription(_ operationName: String?) -> Bool {
    // Nearly all others end here, without being parsed twice.
    guard contains("subscription") else { return false }
    guard let document = try? Document(parsing: self) else { return false }
    return document.operationKind(named: operationName) == .subscription
  }

  private func contains(_ word: StaticString) -> Bool {
    let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    return withUnsafeBufferPointer { bytes in
      var index = 0
      while index <= bytes.count - word.count {
        if bytes[index] == word[0], bytes[index..<(index + word.count)].elementsEqual(word) {
          return true
        }
        index += 1
      }
      return false
    }
  }
}
