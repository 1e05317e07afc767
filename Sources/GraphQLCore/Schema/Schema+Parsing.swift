extension Schema {
  /// The schema that a text in the schema definition language describes.
  package init(parsing text: String) throws {
    let document = try Document(parsing: text, limits: .trusted)
    var reader = SchemaReader(document)
    self = try reader.read().schema
  }

  /// The schema with what a document adds to it; ids of this schema keep their meaning, but for the
  /// members of types that are extended.
  package func extended(by document: Document) throws(SchemaError) -> Schema {
    var reader = SchemaReader(document, extending: self)
    return try reader.read().schema
  }
}
