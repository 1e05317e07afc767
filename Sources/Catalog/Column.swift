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
  /// The SQL of what it is given where an insert says nothing: that of its own default, of its
  /// identity's sequence or of its domain; nil for NULL.
  package var defaultExpression: String?
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
    defaultExpression: String? = nil,
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
    self.defaultExpression = defaultExpression
    self.generated = generated
    self.identity = identity
    self.comment = comment
  }
}
