/// The values of the enum `order_by`.
///
/// `asc` puts nulls last and `desc` puts them first, as PostgreSQL does by itself.
package enum OrderDirection: String, CaseIterable, Hashable, Sendable {
  case ascending = "asc"
  case ascendingNullsFirst = "asc_nulls_first"
  case ascendingNullsLast = "asc_nulls_last"
  case descending = "desc"
  case descendingNullsFirst = "desc_nulls_first"
  case descendingNullsLast = "desc_nulls_last"

  package var isDescending: Bool {
    switch self {
    case .ascending, .ascendingNullsFirst, .ascendingNullsLast: false
    case .descending, .descendingNullsFirst, .descendingNullsLast: true
    }
  }

  package var putsNullsFirst: Bool {
    switch self {
    case .ascending, .ascendingNullsLast, .descendingNullsLast: false
    case .descending, .ascendingNullsFirst, .descendingNullsFirst: true
    }
  }
}
