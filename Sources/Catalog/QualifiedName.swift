import JSON

/// The name of a table or function within its schema.
///
/// PostgreSQL tells names apart by their bytes, and so does this: two spellings of "é" are two names.
package struct QualifiedName: Sendable {
  package var schema: String
  package var name: String

  package init(schema: String = "public", name: String) {
    self.schema = schema
    self.name = name
  }
}

package typealias TableName = QualifiedName
package typealias FunctionName = QualifiedName

extension QualifiedName: Hashable, Comparable {
  package static func == (left: QualifiedName, right: QualifiedName) -> Bool {
    left.name.hasSameBytes(as: right.name) && left.schema.hasSameBytes(as: right.schema)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(schema.utf8.count)
    hasher.combine(bytesOf: schema)
    hasher.combine(bytesOf: name)
  }

  /// Bytewise, the schema first.
  package static func < (left: QualifiedName, right: QualifiedName) -> Bool {
    guard left.schema.hasSameBytes(as: right.schema) else {
      return left.schema.utf8.lexicographicallyPrecedes(right.schema.utf8)
    }
    return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }
}

extension QualifiedName: CustomStringConvertible {
  /// The name as Hasura's messages have it: without its schema where that is `public`.
  package var description: String {
    schema == "public" ? name : "\(schema).\(name)"
  }
}

extension Hasher {
  fileprivate mutating func combine(bytesOf text: String) {
    let isCombined: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    if isCombined == nil { for byte in text.utf8 { combine(byte) } }
  }
}
