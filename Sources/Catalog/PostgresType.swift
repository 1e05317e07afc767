/// The index of a type in its ``Catalog``.
package struct PostgresTypeID: Hashable, Sendable {
  package let index: Int

  package init(index: Int) {
    self.index = index
  }
}

/// A type that a column or function of the catalog uses, or that such a type is made of.
package struct PostgresType: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case base
    case `enum`
    case domain
    case composite
    case array
    case range
    case multirange
    case pseudo
  }

  package var oid: UInt32
  package var schema: String
  /// `pg_type.typname`: `int4`, `numeric`, `timestamptz`, `_text`.
  package var name: String
  package var kind: Kind
  /// `pg_type.typcategory`: `N` for numbers, `S` for strings, `D` for dates and times.
  package var category: UInt8
  /// What an array's elements are, or a range's bounds.
  package var element: PostgresTypeID?
  /// What a domain is made of, one step down.
  package var base: PostgresTypeID?
  /// The relation whose rows a composite type describes, or that defines it.
  package var relation: UInt32?
  /// Labels of an enum in their order.
  package var enumLabels: [String]
  /// The name as SQL text that casts can use: `integer`, `timestamp with time zone`, `"My"."Mood"[]`.
  package var sqlName: String

  package init(
    oid: UInt32,
    schema: String = "pg_catalog",
    name: String,
    kind: Kind = .base,
    category: UInt8,
    element: PostgresTypeID? = nil,
    base: PostgresTypeID? = nil,
    relation: UInt32? = nil,
    enumLabels: [String] = [],
    sqlName: String
  ) {
    self.oid = oid
    self.schema = schema
    self.name = name
    self.kind = kind
    self.category = category
    self.element = element
    self.base = base
    self.relation = relation
    self.enumLabels = enumLabels
    self.sqlName = sqlName
  }
}
