import Metadata
import SQLCompiler

extension VisibleTable {
  /// Whether the types of other tables, and its own names, are the same with this table in the place of
  /// another.
  ///
  /// Other types are made of what a table is called and of what can be done with it at all, never of its
  /// columns and relationships one by one. Computed fields and native queries have types of their own that
  /// are kept by their names; a table with them counts as changed all over.
  func hasSameFace(as other: VisibleTable) -> Bool {
    face == other.face && !hasOwnTypes && !other.hasOwnTypes
  }

  private var hasOwnTypes: Bool { !computedFields.isEmpty || !queryArguments.isEmpty }

  private var face: Face {
    Face(
      name: bound.graphQLName,
      nameParts: nameParts,
      naming: naming,
      source: source,
      facts: [
        isVisible, showsAllRows, columns.isEmpty, hasOrder, primaryKeyColumns == nil,
        allowsAggregations, isFederated, writes.insert == nil, writes.update == nil,
        writes.delete == nil, columns(at: writes.update?.columns ?? []).isEmpty,
        writes.namedConstraints.isEmpty,
      ],
      rootFields: [queryRootFields, subscriptionRootFields],
      customRootFields: customRootFields,
      enumValues: enumValues
    )
  }

  private struct Face: Equatable {
    var name: String
    var nameParts: [SchemaNaming.Part]
    var naming: SchemaNaming
    var source: Int
    var facts: [Bool]
    var rootFields: [[CustomRootFields.Key]?]
    var customRootFields: CustomRootFields
    var enumValues: [DatabaseContext.EnumValue]
  }
}
