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
  case insertInput
  case objectInsertInput
  case arrayInsertInput
  case onConflict
  case constraint
  case updateColumn
  case setInput
  case incrementInput
  case prependInput
  case appendInput
  case deleteKeyInput
  case deleteElementInput
  case deleteAtPathInput
  case keyColumnsInput
  case updates
  case relatedInput
  case relatedChanges
  case relatedRowChanges
  case mutationResponse
  case streamCursorInput
  case streamCursorValueInput
  case groupBy
  case groupByKey
  case groupByKeyFields
  case groupByBoolExp
  case groupByOrderBy
  case groupByKeyOrderBy
  case connection
  case edge

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
    case .insertInput: "_insert_input"
    case .objectInsertInput: "_obj_rel_insert_input"
    case .arrayInsertInput: "_arr_rel_insert_input"
    case .onConflict: "_on_conflict"
    case .constraint: "_constraint"
    case .updateColumn: "_update_column"
    case .setInput: "_set_input"
    case .incrementInput: "_inc_input"
    case .prependInput: "_prepend_input"
    case .appendInput: "_append_input"
    case .deleteKeyInput: "_delete_key_input"
    case .deleteElementInput: "_delete_elem_input"
    case .deleteAtPathInput: "_delete_at_path_input"
    case .keyColumnsInput: "_pk_columns_input"
    case .updates: "_updates"
    case .relatedInput: "_related_input"
    case .relatedChanges: "_related_changes"
    case .relatedRowChanges: "_related_row_changes"
    case .mutationResponse: "_mutation_response"
    case .streamCursorInput: "_stream_cursor_input"
    case .streamCursorValueInput: "_stream_cursor_value_input"
    case .groupBy: "_group_by"
    case .groupByKey: "_group_by_key"
    case .groupByKeyFields: "_group_by_key_fields"
    case .groupByBoolExp: "_group_by_bool_exp"
    case .groupByOrderBy: "_group_by_order_by"
    case .groupByKeyOrderBy: "_group_by_key_order_by"
    case .connection: "Connection"
    case .edge: "Edge"
    }
  }
}
