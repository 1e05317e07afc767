package import SQLCompiler

/// What an argument or an input field of a role's schema stands for in the database.
///
/// Columns and relationships are indices of the table that the surrounding field or input is about.
package enum InputBinding: Hashable, Sendable {
  /// An argument of an introspection field or of a directive.
  case none

  // Arguments of list and aggregate fields.
  case whereArgument
  case orderByArgument
  case distinctOn
  case limit
  case offset

  // Arguments of connections, and of `node`.
  case first
  case last
  case after
  case before
  case nodeID

  /// The objects that `_entities` is asked for.
  case representations

  /// Of an action, by its index there.
  case actionArgument(Int)
  /// The `id` of a call of an asynchronous action.
  case actionLogID

  /// `args` of a function's or computed field's field.
  case functionArguments
  /// A member of it: an argument by its index in the function.
  case functionArgument(Int)

  // Arguments of other fields.
  case primaryKeyColumn(Int)
  case countColumns
  case countDistinct
  case jsonPath

  /// An argument of a field that is written in Swift, by its index.
  case nativeArgument(Int)

  // Arguments of streams.
  case batchSize
  case cursor

  // Fields of `<t>_stream_cursor_input` and `<t>_stream_cursor_value_input`.
  case cursorInitialValue
  case cursorOrdering
  case cursorColumn(Int)

  // Arguments of mutations.
  case insertObjects
  case insertObject
  case onConflict
  case change(ChangeOperator)
  case keyColumns
  case updates
  /// `if`: what the row has to be before it is written.
  case precondition

  /// `related`: what happens to rows that belong to those that are updated.
  case related

  // Fields of `<t>_related_input` and `<t>_related_changes`.
  case relatedChanges(Int)
  case relatedDelete
  case relatedUpdate
  case relatedInsert

  // Fields of `<t>_insert_input`.
  case insertColumn(InsertColumn)
  case insertRelationship(Int)

  // Fields of `<t>_obj_rel_insert_input` and `<t>_arr_rel_insert_input`.
  case relatedData

  // Fields of `<t>_on_conflict`.
  case conflictConstraint
  case conflictColumns
  case conflictWhere

  // Fields of `<t>_set_input` and its like.
  case changedColumn(Int, acceptsNull: Bool)

  // Fields of `<t>_bool_exp`.
  case boolAnd
  case boolOr
  case boolNot
  case boolColumn(Int)
  case boolComputedField(Int)
  case boolRelationship(Int)
  case boolRelationshipAggregate(Int)

  // Fields of `<scalar>_comparison_exp`.
  case comparison(ComparisonOperator)
  /// A member of the operator's value, where that is an object: an operand by its index.
  case operand(Int)
  /// `_cast`, whose fields are ``castToText`` and ``castToSpatial(_:)``.
  case cast
  /// `_cast: {geography: …}`: the comparisons below are of the value cast to another type of PostGIS.
  case castToSpatial(String)
  /// `_cast: {String: …}`: the comparisons below are of the value cast to text.
  case castToText

  // Fields of `<t>_aggregate_bool_exp`.
  case aggregatePredicate(PredicateFunction)

  // Fields of `<t>_aggregate_bool_exp_<function>`.
  case predicateArguments
  case predicateDistinct
  case predicateFilter
  case predicateComparison

  // Fields of the arguments of `corr` and `covar_samp`.
  case predicateArgumentX
  case predicateArgumentY

  // Arguments of `group_by`, beside `limit` and `offset`.
  case groupKeys
  case groupHaving
  case groupOrderBy

  // Fields of `<t>_group_by_key`.
  case groupKeyColumn
  case groupKeyRelationship(Int)
  case groupKeyDateUnit
  case groupKeyInterval
  case groupKeyZone
  case groupKeyWidth

  // Fields of `<t>_group_by_order_by`.
  case orderByGroupKey
  case orderByGroupAggregate

  // Fields of `<t>_order_by`.
  case orderByColumn(Int)
  case orderByComputedField(Int)
  /// Of the rows that a computed field has.
  case orderByComputedAggregate(Int)
  case orderByObjectRelationship(Int)
  case orderByAggregate(Int)

  // Fields of `<t>_aggregate_order_by`.
  case orderByCount
  case orderByAggregateFunction(AggregateFunction)

  // Fields of `<t>_sum_order_by` and its like.
  case orderByAggregateColumn(Int)
}

/// A column of a row to insert.
package struct InsertColumn: Hashable, Sendable {
  package var index: Int
  package var acceptsNull: Bool
  /// Whether many rows can be sent as one array for each column: the defaults of a view's rows are
  /// not known.
  package var isArrayed: Bool

  package init(index: Int, acceptsNull: Bool, isArrayed: Bool) {
    self.index = index
    self.acceptsNull = acceptsNull
    self.isArrayed = isArrayed
  }
}
