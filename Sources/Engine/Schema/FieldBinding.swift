package import SQLCompiler

/// What a field of a role's schema stands for in the database.
///
/// Tables are indices of ``RoleSchema/tables``; columns and relationships are indices of their
/// table, which for a relationship field is the table of the object that has it.
package enum FieldBinding: Hashable, Sendable {
  /// A field of an introspection type.
  case none

  // Of query_root.
  case select(table: Int)
  case selectByPrimaryKey(table: Int)
  case selectAggregate(table: Int)
  /// The rows, or the row, that a function of ``RoleSchema/functions`` returns.
  case function(Int)
  case functionAggregate(Int)
  /// A field of ``RoleSchema/natives``, of any root type.
  case native(Int)
  /// A member of the object that such a field returns, by its index.
  case nativeMember(Int)
  /// `no_queries_available`, which keeps an otherwise empty query root valid.
  case noQueriesAvailable

  // Of query_root for Apollo's federation.
  case entities
  case service
  /// Of `_Service`.
  case serviceText

  /// The fields of a source, of any root type.
  case namespace

  // Of query_root in the Relay schema.
  case connection(table: Int)
  case functionConnection(Int)
  case node

  // Of `<t>Connection`, `<t>Edge` and `PageInfo`.
  case edges
  case pageInfo
  case edgeCursor
  case edgeNode
  case pageFact(PageInfoItem.Fact)

  // Of actions.

  /// By the index in ``ActionSet/actions``: the action itself, or of an asynchronous one the field that
  /// tells what came of it.
  case action(Int)
  /// A field of a custom object, by its index there.
  case customField(Int)
  case customRelationship(Int)
  /// `id`, `created_at`, `errors` and `output` of an asynchronous action.
  case actionLog(ActionLogField)

  // Of subscription_root, beside the fields of query_root.
  case selectStream(table: Int)

  // Of mutation_root.
  case insert(table: Int)
  case insertOne(table: Int)
  case update(table: Int)
  case updateByPrimaryKey(table: Int)
  case updateMany(table: Int)
  case delete(table: Int)
  case deleteByPrimaryKey(table: Int)

  // Of `<t>_mutation_response`.
  case affectedRows
  case returning

  // Of a table's object.
  case column(table: Int, column: Int)
  case computedField(Int)
  case objectRelationship(Int)
  case arrayRelationship(Int)
  case arrayRelationshipAggregate(Int)
  case relationshipConnection(Int)
  /// Of ``BoundTable/remoteRelationships``.
  case remoteRelationship(Int)
  case remoteRelationshipAggregate(Int)
  /// What Relay knows the row by.
  case nodeID

  // Of `<t>_aggregate`.
  case aggregate
  case nodes

  case groupBy

  // Of `<t>_group_by`, beside `aggregate`, and of `<t>_group_by_key_fields`.
  case groupKey
  case groupKeyColumn(Int)
  /// The keys of a row that an object relationship leads to.
  case groupKeyRelationship(Int)

  // Of `<t>_aggregate_fields`.
  case count
  case aggregateFunction(AggregateFunction)

  // Of `<t>_sum_fields` and its like.
  case aggregateColumn(column: Int)
  case aggregateComputedField(Int)
}
