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

  /// The words that follow the table's name in the name of the type.
  var suffix: String {
    switch self {
    case .object: ""
    case .aggregate: "aggregate"
    case .aggregateFields: "aggregate_fields"
    case .aggregateBoolExp: "aggregate_bool_exp"
    case .aggregateOrderBy: "aggregate_order_by"
    case .boolExp: "bool_exp"
    case .enumeration: "enum"
    case .enumComparison: "enum_comparison_exp"
    case .orderBy: "order_by"
    case .selectColumn: "select_column"
    case .insertInput: "insert_input"
    case .objectInsertInput: "obj_rel_insert_input"
    case .arrayInsertInput: "arr_rel_insert_input"
    case .onConflict: "on_conflict"
    case .constraint: "constraint"
    case .updateColumn: "update_column"
    case .setInput: "set_input"
    case .incrementInput: "inc_input"
    case .prependInput: "prepend_input"
    case .appendInput: "append_input"
    case .deleteKeyInput: "delete_key_input"
    case .deleteElementInput: "delete_elem_input"
    case .deleteAtPathInput: "delete_at_path_input"
    case .keyColumnsInput: "pk_columns_input"
    case .updates: "updates"
    case .relatedInput: "related_input"
    case .relatedChanges: "related_changes"
    case .relatedRowChanges: "related_row_changes"
    case .mutationResponse: "mutation_response"
    case .streamCursorInput: "stream_cursor_input"
    case .streamCursorValueInput: "stream_cursor_value_input"
    case .groupBy: "group_by"
    case .groupByKey: "group_by_key"
    case .groupByKeyFields: "group_by_key_fields"
    case .groupByBoolExp: "group_by_bool_exp"
    case .groupByOrderBy: "group_by_order_by"
    case .groupByKeyOrderBy: "group_by_key_order_by"
    case .connection: "Connection"
    case .edge: "Edge"
    }
  }

  /// Whether all native queries of one logical model share it.
  var isOfModel: Bool { self == .boolExp || self == .orderBy || self == .selectColumn }

  /// The name of the type of a table.
  func name(of table: VisibleTable) -> String {
    switch self {
    case .object: table.typeName()
    case .selectColumn where table.isModel: table.typeName("enum_name")
    // Relay's types have capitals by every convention.
    case .connection, .edge: table.naming.type(exactly: table.plainName + suffix)
    default: table.typeName(suffix)
    }
  }
}
