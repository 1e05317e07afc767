import JSON

/// What a command tells of that it has passed over.
struct MetadataWarnings {
  let code: String
  private(set) var list: [JSONValue] = []

  init(code: String) {
    self.code = code
  }

  mutating func add(_ message: String, about id: MetadataObject.ID) {
    list.append([
      "code": .string(code), "message": .string(message), "name": .string(id.description),
      "type": .string(id.typeName),
    ])
  }
}
