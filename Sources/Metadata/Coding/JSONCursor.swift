package import JSON

/// A value of a request and where it stands; what is wrong with it is told in Hasura's words.
package struct JSONCursor: Sendable {
  package let value: JSONValue
  package let path: JSONPath

  package init(_ value: JSONValue, at path: JSONPath = .root) {
    self.value = value
    self.path = path
  }

  package func failure(_ message: String) -> MetadataError {
    MetadataError(.parseFailed, message, path: path.description)
  }

  private func mismatch(_ type: String, expected: String) -> MetadataError {
    failure("parsing \(type) failed, expected \(expected), but encountered \(value.kindName)")
  }

  // MARK: - Objects

  /// The members; `type` names what was being read when the value is no object.
  package func object(_ type: String) throws(MetadataError) -> JSONObject {
    guard let object = value.object else { throw mismatch(type, expected: "Object") }
    return object
  }

  /// The member of an object, which has to be there.
  package func required(_ key: String) throws(MetadataError) -> JSONCursor {
    guard let member = value[key] else { throw failure("key \"\(key)\" not found") }
    return JSONCursor(member, at: path.key(key))
  }

  /// The member of an object; nil where it is absent or null.
  package func optional(_ key: String) -> JSONCursor? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONCursor(member, at: path.key(key))
  }

  // MARK: - Scalars

  package func string(_ type: String = "Text") throws(MetadataError) -> String {
    guard let string = value.string else { throw mismatch(type, expected: "String") }
    return string
  }

  package func nonEmptyString() throws(MetadataError) -> String {
    let string = try string()
    guard !string.isEmpty else { throw failure("empty string not allowed") }
    return string
  }

  /// A name that GraphQL allows.
  package func graphQLName() throws(MetadataError) -> String {
    let name = try string("Name")
    guard name.isGraphQLName else { throw failure("\(name) is not valid GraphQL name") }
    return name
  }

  package func bool() throws(MetadataError) -> Bool {
    guard let bool = value.bool else { throw mismatch("Bool", expected: "Boolean") }
    return bool
  }

  package func int() throws(MetadataError) -> Int {
    guard let number = value.number else { throw mismatch("Int", expected: "Number") }
    guard let int = number.int else {
      throw failure(
        "parsing Int failed, value is either floating or will cause over or underflow "
          + number.text
      )
    }
    return int
  }

  // MARK: - Lists

  package func array() throws(MetadataError) -> [JSONCursor] {
    guard let array = value.array else { throw mismatch("[]", expected: "Array") }
    return array.enumerated().map { JSONCursor($0.element, at: path.index($0.offset)) }
  }

  package func map<Element>(
    _ decode: (JSONCursor) throws(MetadataError) -> Element
  ) throws(MetadataError) -> [Element] {
    try array().map(decode)
  }

  /// The list under a key; empty where it is absent or null.
  package func list<Element>(
    _ key: String,
    _ decode: (JSONCursor) throws(MetadataError) -> Element
  ) throws(MetadataError) -> [Element] {
    try optional(key)?.map(decode) ?? []
  }
}

extension JSONCursor {
  /// Refuses a list in which a name stands twice; `things` says what the names are of.
  func checkUnique(_ things: String, _ names: [String]) throws(MetadataError) {
    var seen: Set<[UInt8]> = []
    var repeated: [String] = []
    for name in names where !seen.insert(Array(name.utf8)).inserted {
      if !repeated.contains(name) { repeated.append(name) }
    }
    guard repeated.isEmpty else {
      let list = repeated.joined(separator: ", ")
      throw failure("multiple declarations exist for the following \(things): \(list)")
    }
  }
}

extension JSONValue {
  /// What Hasura calls this kind of value.
  fileprivate var kindName: String {
    switch self {
    case .null: "Null"
    case .bool: "Boolean"
    case .number: "Number"
    case .string: "String"
    case .array: "Array"
    case .object: "Object"
    }
  }
}

extension String {
  /// Whether it is a Name of the GraphQL specification: letters, digits and `_`, no digit first.
  package var isGraphQLName: Bool {
    guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
