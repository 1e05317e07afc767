package import SQLCompiler

/// What a value of an enum of a role's schema stands for in the database.
package enum EnumBinding: Hashable, Sendable {
  /// A value of an introspection enum.
  case none
  /// A value of `<t>_select_column` and of the column enums of aggregate predicates.
  case column(Int)
  /// A value of `<t>_constraint`: the constraint's name.
  case constraint(String)
  /// A value of `order_by`.
  case order(OrderDirection)
  /// A value of `date_trunc_unit`.
  case dateUnit(DateUnit)
  /// A value of `cursor_ordering`.
  case cursorOrdering(isDescending: Bool)
  /// A value of `<t>_enum`: the key of a row of an enum table.
  case key(String)
}
