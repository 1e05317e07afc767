/// The types of a table that other types refer to, each defined once where it is needed.
enum TableType: Int, CaseIterable {
  case object
  case aggregate
  case aggregateFields
  case aggregateBoolExp
  case aggregateOrderBy
  case boolExp
  case enumeration
  case enumComparison
  case orderBy
  case selectColumn

  /// What follows the table's name in the name of the type.
  var suffix: String {
    switch self {
    case .object: ""
    case .aggregate: "_aggregate"
    case .aggregateFields: "_aggregate_fields"
    case .aggregateBoolExp: "_aggregate_bool_exp"
    case .aggregateOrderBy: "_aggregate_order_by"
    case .boolExp: "_bool_exp"
    case .enumeration: "_enum"
    case .enumComparison: "_enum_comparison_exp"
    case .orderBy: "_order_by"
    case .selectColumn: "_select_column"
    }
  }
}
