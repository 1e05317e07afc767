package import Catalog
package import JSON

extension QualifiedName {
  /// `"t"` or `{"schema": "s", "name": "t"}`.
  package init(decoding cursor: JSONCursor) throws(MetadataError) {
    switch cursor.value {
    case .string(let name): self.init(name: name)
    case .object:
      self.init(
        schema: try cursor.optional("schema")?.string() ?? "public",
        name: try cursor.required("name").string()
      )
    default: throw cursor.failure("expecting a string/object for QualifiedObject")
    }
  }

  package func encoded() -> JSONValue {
    ["name": .string(name), "schema": .string(schema)]
  }
}
