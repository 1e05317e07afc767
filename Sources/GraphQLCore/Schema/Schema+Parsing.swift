extension Schema {
  /// The schema that a text in the schema definition language describes.
  package init(parsing text: String) throws {
    let document = try Document(parsing: text, limits: .trusted)
    var reader = SchemaReader(document)
    self = try reader.read().schema
  }
}
