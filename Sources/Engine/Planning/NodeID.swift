import Catalog
import JSON

/// What Relay knows an object by: base64 of `[1, "schema", "table", key…]`.
struct NodeID: Hashable, Sendable {
  let table: TableName
  /// The values of the primary key's columns in their order.
  let key: [JSONValue]

  /// Throws what follows `invalid node id: ` in Hasura's message.
  init(parsing text: String) throws(Malformed) {
    let bytes = Base64.decodeLeniently(text)
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes.span)
    } catch {
      let shown = String(String.UnicodeScalarView(bytes.prefix(100).map { Unicode.Scalar($0) }))
      throw Malformed("Error in $: Failed reading: not a valid json value at '\(shown)'")
    }
    guard let parts = value.array else {
      throw Malformed(
        "Error in $: parsing node id failed, expected Array, but encountered \(Self.kind(of: value))"
      )
    }
    guard let version = parts.first else {
      throw Malformed("Error in $: unexpected GUID format, needs to start with a version number")
    }
    guard case .number(let number) = version else {
      throw Malformed("Error in $: unexpected GUID format, needs to start with a version number")
    }
    guard number.int == 1 else {
      let shown = number.int.map { "\($0).0" } ?? number.text
      throw Malformed("Error in $: unsupported GUID version: \(shown)")
    }
    guard parts.count > 3 else {
      throw Malformed(
        "Error in $: GUID version 1: expecting schema name, table name and at least one column value"
      )
    }
    guard let schema = parts[1].string, let name = parts[2].string else {
      let wrong = parts[1].string == nil ? parts[1] : parts[2]
      throw Malformed(
        "Error in $: parsing Text failed, expected String, but encountered \(Self.kind(of: wrong))"
      )
    }
    table = TableName(schema: schema, name: name)
    key = Array(parts[3...])
  }

  struct Malformed: Error {
    let message: String

    init(_ message: String) {
      self.message = message
    }
  }

  static func kind(of value: JSONValue) -> String {
    switch value {
    case .null: "Null"
    case .bool: "Boolean"
    case .number: "Number"
    case .string: "String"
    case .array: "Array"
    case .object: "Object"
    }
  }
}
