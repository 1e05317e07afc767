/// The place of a definition in one of the flat arrays of a ``Schema``.
///
/// Ids are dense, so what an engine knows about a field, an argument or a type lies in an array of
/// its own at the same index: no dictionary, no reference.
package struct SchemaID<Definition>: Hashable, Comparable, Sendable {
  @usableFromInline let raw: Int32

  /// The id of the definition at an index; a schema never has 2³¹ of a kind.
  @inlinable package init(_ index: Int) {
    raw = Int32(truncatingIfNeeded: index)
  }

  @inlinable package var index: Int { Int(raw) }

  @inlinable package static func < (left: Self, right: Self) -> Bool { left.raw < right.raw }
}

package typealias TypeID = SchemaID<TypeDefinition>
package typealias FieldID = SchemaID<FieldDefinition>
package typealias InputValueID = SchemaID<InputValueDefinition>
package typealias EnumValueID = SchemaID<EnumValueDefinition>
package typealias DirectiveID = SchemaID<DirectiveDefinition>

/// The types that every schema has, at the same place in each.
extension SchemaID where Definition == TypeDefinition {
  package static var int: Self { Self(0) }
  package static var float: Self { Self(1) }
  package static var string: Self { Self(2) }
  package static var boolean: Self { Self(3) }
  package static var id: Self { Self(4) }

  static var schemaMeta: Self { Self(5) }
  static var typeMeta: Self { Self(6) }
  static var typeKindMeta: Self { Self(7) }
  static var fieldMeta: Self { Self(8) }
  static var inputValueMeta: Self { Self(9) }
  static var enumValueMeta: Self { Self(10) }
  static var directiveMeta: Self { Self(11) }
  static var directiveLocationMeta: Self { Self(12) }

  /// How many ids the built-in scalars and the introspection types take.
  static var builtInCount: Int { 13 }

  package var isBuiltInScalar: Bool { index < 5 }
  package var isIntrospectionType: Bool { index >= 5 && index < Self.builtInCount }
}
