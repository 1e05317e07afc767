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

  /// The name that a value is, where it is one.
  init?(_ value: JSONValue) {
    if let name = value.string {
      self.init(name: name)
    } else if let name = value["name"]?.string {
      self.init(schema: value["schema"]?.string ?? "public", name: name)
    } else {
      return nil
    }
  }

  package func encoded() -> JSONValue {
    ["name": .string(name), "schema": .string(schema)]
  }
}
