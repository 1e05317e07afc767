import JSON

extension GraphQLRequest {
  /// The claim of the request's key; nil where it has none.
  func claim(_ session: Session, lifetime: Duration) -> IdempotencyStore.Claim? {
    guard let idempotencyKey else { return nil }
    return IdempotencyStore.Claim(
      scope: JSONValue.object(session.json).ordered.serialized,
      key: idempotencyKey,
      request: content,
      lifetime: lifetime
    )
  }

  /// What the request asks for, as a text that is the same whenever it asks for the same.
  ///
  /// Members of variables are put in order: many a client writes them anew for each try, in the order
  /// of a dictionary.
  private var content: [UInt8] {
    var content = JSONValue.array([
      .string(String(decoding: query, as: UTF8.self)),
      operationName.map { .string($0) } ?? .null,
      JSONValue.object(variables).ordered,
    ]).serialized
    for (name, list) in rows.sorted(by: { $0.key < $1.key }) {
      content.append(contentsOf: JSONValue.string(name).serialized)
      list.appendOrdered(to: &content)
    }
    return content
  }
}

extension JSONValue {
  /// The same value, the members of its objects by their keys.
  fileprivate var ordered: JSONValue {
    switch self {
    case .array(let elements): .array(elements.map(\.ordered))
    case .object(let object):
      .object(
        JSONObject(
          object.members
            .map { JSONObject.Member(key: $0.key, value: $0.value.ordered) }
            .sorted { $0.key < $1.key }
        )
      )
    default: self
    }
  }
}

extension JSONRows {
  /// Appends the rows, the members of each by their keys; what a cell nests stays as it is written.
  fileprivate func appendOrdered(to content: inout [UInt8]) {
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    let names = keys.map { JSONValue.string($0).serialized }
    var places = Array(keys.indices)
    content.reserveCapacity(content.count + range.count)
    for row in 0..<count {
      content.append(UInt8(ascii: "{"))
      for key in order {
        guard let cell = cell(row, key, near: &places[key]) else { continue }
        content.append(contentsOf: names[key])
        // The quotes of a text are beside its cell.
        let isText = cell.kind == .string || cell.kind == .escapedString
        content.append(UInt8(ascii: ":"))
        let range = cell.range
        content.append(
          contentsOf: bytes[isText ? range.lowerBound - 1..<range.upperBound + 1 : range]
        )
        content.append(UInt8(ascii: ","))
      }
      content.append(UInt8(ascii: "}"))
    }
  }
}
