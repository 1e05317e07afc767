import GraphQLCore
import SQLCompiler

// Relationships to tables of any source, whose rows are fetched once those that refer to them are there.
extension Planner {
  mutating func remote(
    _ field: CollectedField,
    _ id: FieldID,
    _ index: Int,
    of table: Int,
    isAggregate: Bool = false
  ) throws(HasuraError) -> FieldRequest {
    guard operation.kind != .subscription else {
      throw HasuraError(
        .notSupported,
        "Remote relationships are not allowed in subscriptions"
      )
    }
    let relationship = roleSchema.tables[table].remoteRelationships[index]
    let target = relationship.target
    let slots = relationship.columns.indices.map { nativeKeySlot($0, .array) }
    let value: FieldRequest
    let absence: RemoteRequest.Absence
    if isAggregate {
      absence = .asked
      value = .aggregate(key: "v", relationship: 0, try aggregateQuery(field, id, target))
    } else {
      let query = try tableQuery(field, id, target)
      absence = relationship.isArray ? .emptyList : .null
      value =
        relationship.isArray
        ? .array(key: "v", relationship: 0, query) : .object(key: "v", relationship: 0, query)
    }
    let columns = roleSchema.tables[table].columns
    let others = roleSchema.tables[target]
    let number = add(
      RemoteRequest(
        keys: KeyTable(to: relationship, of: others, slots),
        value: value,
        absence: absence,
        target: target
      )
    )
    let keys = relationship.columns.map { pair in
      RemoteField.Key(
        column: pair.local,
        form: columns[pair.local].type.form(asKeyOf: others.columns[pair.remote].type)
      )
    }
    return .remote(key: field.responseName, RemoteField(index: number, keys: keys))
  }
}

extension BoundType {
  /// What values are sent as, to be read as those of another type.
  ///
  /// Hasura sends JSON, whose text is what other types are read from: `true` and not `t`, and a `T`
  /// in times.
  fileprivate func form(asKeyOf other: BoundType) -> RemoteField.KeyForm {
    guard name != other.name else { return .text }
    switch encoding {
    case .boolean, .timestamp, .timestampWithTimeZone, .json: return .json
    case .viaToJSON: return isArray && other.isArray ? .text : .json
    default: return .text
    }
  }
}
