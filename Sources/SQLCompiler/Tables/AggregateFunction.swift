/// The functions of `<t>_aggregate_fields` over columns; the raw value names both field and function.
package enum AggregateFunction: String, CaseIterable, Hashable, Sendable {
  case sum
  case avg
  case stddev
  case stddevSamp = "stddev_samp"
  case stddevPop = "stddev_pop"
  case variance
  case varSamp = "var_samp"
  case varPop = "var_pop"
  case max
  case min

  /// Whether it is over every column with an order, where the others are over numbers.
  package var isOverComparableColumns: Bool { self == .max || self == .min }
}

/// The functions of aggregate predicates (`<rel>_aggregate` in a `bool_exp`).
///
/// All but count, bool_and and bool_or are over numbers; Hasura has them over float8 columns alone.
package enum PredicateFunction: String, CaseIterable, Hashable, Sendable {
  case count
  case boolAnd = "bool_and"
  case boolOr = "bool_or"
  case avg
  case corr
  case covarSamp = "covar_samp"
  case max
  case min
  case stddevSamp = "stddev_samp"
  case sum
  case varSamp = "var_samp"
}
