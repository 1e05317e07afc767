/// A column of a table.
package struct Column: Hashable, Sendable {
  package enum Generated: Hashable, Sendable {
    case never
    case stored
  }

  package enum Identity: Hashable, Sendable {
    case none
    case always
    case byDefault
  }

  package var name: String
  /// `pg_attribute.attnum`, which a rename keeps.
  package var position: Int
  /// The type of its values, domains resolved to what they are made of.
  package var type: PostgresTypeID
  /// The type as declared, which may be a domain.
  package var declaredType: PostgresTypeID
  package var isNullable: Bool
  package var hasDefault: Bool
  package var generated: Generated
  package var identity: Identity
  package var comment: String?

  package init(
    name: String,
    position: Int,
    type: PostgresTypeID,
    declaredType: PostgresTypeID? = nil,
    isNullable: Bool = true,
    hasDefault: Bool = false,
    generated: Generated = .never,
    identity: Identity = .none,
    comment: String? = nil
  ) {
    self.name = name
    self.position = position
    self.type = type
    self.declaredType = declaredType ?? type
    self.isNullable = isNullable
    self.hasDefault = hasDefault
    self.generated = generated
    self.identity = identity
    self.comment = comment
  }
}
