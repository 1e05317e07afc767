/// A field of an object or interface type.
package struct FieldDefinition: Sendable {
  package var name: String
  package let description: String?
  package let deprecationReason: String?
  package let type: TypeReference
  private let firstArgument: Int32
  private let argumentCount: Int32

  /// The arguments are a range that ``SchemaBuilder/inputValues(_:)`` gave; fields may share one.
  package init(
    name: String,
    description: String? = nil,
    arguments: Range<Int> = 0..<0,
    type: TypeReference,
    deprecationReason: String? = nil
  ) {
    self.name = name
    self.description = description
    self.deprecationReason = deprecationReason
    self.type = type
    firstArgument = Int32(truncatingIfNeeded: arguments.lowerBound)
    argumentCount = Int32(truncatingIfNeeded: arguments.count)
  }

  /// In ``Schema/inputValues``.
  package var arguments: Range<Int> { Int(firstArgument)..<Int(firstArgument + argumentCount) }
}
