/// The members of a JSON object, in the order of the text.
///
/// Keys compare byte by byte: `String`'s own equality would take two spellings of "é" for one key.
package struct JSONObject: Sendable {
  package struct Member: Sendable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var members: [Member]

  package init(_ members: [Member] = []) {
    self.members = members
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  /// The value of a key, the last one where a text repeats it; setting nil removes it.
  package subscript(key: String) -> JSONValue? {
    get {
      // By places, since a closure would be handed a copy of each member.
      var index = members.count
      while index > 0 {
        index -= 1
        if members[index].key.hasSameBytes(as: key) { return members[index].value }
      }
      return nil
    }
    set {
      guard let newValue else { return members.removeAll { $0.key.hasSameBytes(as: key) } }
      if let index = members.lastIndex(where: { $0.key.hasSameBytes(as: key) }) {
        members[index].value = newValue
      } else {
        members.append(Member(key: key, value: newValue))
      }
    }
  }

  /// Adds a member without looking for another of that key.
  package mutating func append(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
  }
}

extension JSONObject: Hashable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.count == right.members.count
      && zip(left.members, right.members)
        .allSatisfy { $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value }
  }

  package func hash(into hasher: inout Hasher) {
    for member in members {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}

extension String {
  /// Whether both are the same bytes, where `==` would also take canonical equivalents.
  package func hasSameBytes(as other: String) -> Bool {
    // Most differ in length, which a string knows without showing its bytes.
    guard utf8.count == other.utf8.count else { return false }
    let (left, right) = (utf8Span.span, other.utf8Span.span)
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member(key: $0.0, value: $0.1) })
  }
}
