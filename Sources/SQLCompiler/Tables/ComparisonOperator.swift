/// The operators of comparison expressions; the raw value is the GraphQL name.
package enum ComparisonOperator: String, CaseIterable, Hashable, Sendable {
  case equal = "_eq"
  case notEqual = "_neq"
  case greater = "_gt"
  case greaterOrEqual = "_gte"
  case less = "_lt"
  case lessOrEqual = "_lte"
  case isIn = "_in"
  case notIn = "_nin"
  case isNull = "_is_null"

  case like = "_like"
  case notLike = "_nlike"
  case caseInsensitiveLike = "_ilike"
  case notCaseInsensitiveLike = "_nilike"
  case similar = "_similar"
  case notSimilar = "_nsimilar"
  case regex = "_regex"
  case notRegex = "_nregex"
  case caseInsensitiveRegex = "_iregex"
  case notCaseInsensitiveRegex = "_niregex"

  /// `@>` on arrays and jsonb.
  case contains = "_contains"
  /// `<@` on arrays and jsonb.
  case containedIn = "_contained_in"
  /// `?` on jsonb; its value is text.
  case hasKey = "_has_key"
  /// `?|` on jsonb; its value is an array of text.
  case hasAnyKey = "_has_keys_any"
  /// `?&` on jsonb; its value is an array of text.
  case hasAllKeys = "_has_keys_all"

  /// The operators that every type has.
  package static let common: [ComparisonOperator] = [
    .equal, .notEqual, .greater, .greaterOrEqual, .less, .lessOrEqual, .isIn, .notIn, .isNull,
  ]
  /// The operators that text, varchar, bpchar and citext have besides.
  package static let text: [ComparisonOperator] = [
    .like, .notLike, .caseInsensitiveLike, .notCaseInsensitiveLike, .similar, .notSimilar, .regex,
    .notRegex, .caseInsensitiveRegex, .notCaseInsensitiveRegex,
  ]
  /// The operators that arrays have besides.
  package static let array: [ComparisonOperator] = [.contains, .containedIn]
  /// The operators that jsonb has besides.
  package static let jsonb: [ComparisonOperator] = [
    .contains, .containedIn, .hasKey, .hasAnyKey, .hasAllKeys,
  ]
}
