import GraphQLCore
import SQLCompiler

// `group_by` of an aggregate. Its keys and members are those that Hasura has as an experiment; what
// keeps some groups, orders them and cuts time into pieces is ours.
extension SchemaAssembly {
  mutating func groupByField(
    of table: Int
  ) throws(NameConflict) -> (FieldDefinition, FieldBinding) {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "having",
        description: "filter the groups returned, by their aggregates",
        type: try reference(to: .groupByBoolExp, of: table)
      ),
      .groupHaving
    )
    members.append(
      InputValueDefinition(
        name: "keys",
        description: "The keys on which to group by",
        type: try reference(to: .groupByKey, of: table).nonNull.list.nonNull
      ),
      .groupKeys
    )
    members.append(
      InputValueDefinition(
        name: "limit",
        description: "limit the number of groups returned",
        type: TypeReference(.int)
      ),
      .limit
    )
    members.append(
      InputValueDefinition(
        name: "offset",
        description: "skip the first n groups",
        type: TypeReference(.int)
      ),
      .offset
    )
    members.append(
      InputValueDefinition(
        name: "order_by",
        description: "sort the groups; without it, by their keys",
        type: try reference(to: .groupByOrderBy, of: table).nonNull.list
      ),
      .groupOrderBy
    )
    let field = FieldDefinition(
      name: "group_by",
      description: "Groups the table by the specified keys",
      arguments: arguments(members),
      type: try reference(to: .groupBy, of: table).nonNull.list.nonNull
    )
    return (field, .groupBy)
  }

  mutating func defineGroupBy(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(name: "aggregate", type: try reference(to: .aggregateFields, of: table)),
      .aggregate
    )
    fields.append(
      FieldDefinition(
        name: "group_key",
        type: try reference(to: .groupByKeyFields, of: table).nonNull
      ),
      .groupKey
    )
    define(
      object: id,
      description: "Group by fields of \(tables[table].displayName.inQuotes)",
      fields
    )
  }

  mutating func defineGroupByKeyFields(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<FieldDefinition, FieldBinding>()
    for column in tables[table].columns {
      fields.append(
        FieldDefinition(
          name: column.name,
          description: column.description,
          type: try reference(to: column.type, for: table)
        ),
        .groupKeyColumn(column.index)
      )
    }
    for (index, relationship) in groupedRelationships(of: table) {
      fields.append(
        FieldDefinition(
          name: relationship.name,
          description: "keys of the row that the relationship leads to",
          type: try reference(to: .groupByKeyFields, of: relationship.target).nonNull
        ),
        .groupKeyRelationship(index)
      )
    }
    define(
      object: id,
      description: "Allows the selection of fields from the grouping key of "
        + tables[table].displayName.inQuotes,
      fields.sorted
    )
  }

  // MARK: - Keys

  /// The names of what a key says beside relationships.
  private static let keyMembers = ["column", "date_bin", "date_trunc", "time_zone", "width"]

  /// The object relationships that lead to columns to group by.
  ///
  /// One that is called like a member of a key cannot stand beside it.
  private func groupedRelationships(
    of table: Int
  ) -> [(index: Int, relationship: BoundRelationship)] {
    let visible = tables[table]
    return visible.bound.relationships.enumerated().compactMap { index, relationship in
      let target = tables[relationship.target]
      guard !relationship.isArray, target.isVisible, !target.columns.isEmpty,
        visible.isFollowedByItself(relationship), !Self.keyMembers.contains(relationship.name)
      else { return nil }
      return (index, relationship)
    }
  }

  mutating func defineGroupByKey(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    let related = groupedRelationships(of: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    let column = try reference(to: .selectColumn, of: table)
    fields.append(
      InputValueDefinition(
        name: "column",
        description: "A column grouping key",
        // What a relationship leads to has a key of its own.
        type: related.isEmpty ? column.nonNull : column
      ),
      .groupKeyColumn
    )
    for (index, relationship) in related {
      fields.append(
        InputValueDefinition(
          name: relationship.name,
          description: "a grouping key of the row that the relationship leads to",
          type: try reference(to: .groupByKey, of: relationship.target)
        ),
        .groupKeyRelationship(index)
      )
    }
    if !visible.columns(where: \.isDateOrTime).isEmpty {
      fields.append(
        InputValueDefinition(
          name: "date_bin",
          description: "of dates and times: the start of an interval such as \"15 minutes\"",
          type: TypeReference(.string)
        ),
        .groupKeyInterval
      )
      fields.append(
        InputValueDefinition(
          name: "date_trunc",
          description: "of dates and times: the start of a unit of the calendar",
          type: try dateUnit(for: table)
        ),
        .groupKeyDateUnit
      )
      fields.append(
        InputValueDefinition(
          name: "time_zone",
          description: "of date_bin and date_trunc over timestamptz: where days begin at midnight",
          type: TypeReference(.string)
        ),
        .groupKeyZone
      )
    }
    if !visible.columns(where: \.isNumeric).isEmpty {
      fields.append(
        InputValueDefinition(
          name: "width",
          description: "of numbers: the multiple of the width that is next below",
          type: TypeReference(try scalar("numeric", for: table))
        ),
        .groupKeyWidth
      )
    }
    define(
      inputObject: id,
      description: "Allows the selection of a grouping key from "
        + visible.displayName.inQuotes,
      fields.sorted
    )
  }

  mutating func defineDateUnit(_ id: TypeID) {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for unit in DateUnit.allCases {
      values.append(EnumValueDefinition(name: naming.enumValue(unit.rawValue)), .dateUnit(unit))
    }
    define(enumeration: id, description: "units of the calendar", values)
  }

  // MARK: - Which groups, and their order

  mutating func defineGroupByBoolExp(of table: Int, _ id: TypeID) throws(NameConflict) {
    let own = TypeReference(id)
    var fields = try aggregatePredicates(of: table)
    fields.append(InputValueDefinition(name: "_and", type: own.nonNull.list), .boolAnd)
    fields.append(InputValueDefinition(name: "_not", type: own), .boolNot)
    fields.append(InputValueDefinition(name: "_or", type: own.nonNull.list), .boolOr)
    define(
      inputObject: id,
      description: "Boolean expression to filter groups of rows from the table "
        + "\(tables[table].displayName.inQuotes). All fields are combined with a logical 'AND'.",
      fields.sorted
    )
  }

  mutating func defineGroupByOrderBy(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(
      InputValueDefinition(
        name: "aggregate",
        type: try reference(to: .aggregateOrderBy, of: table)
      ),
      .orderByGroupAggregate
    )
    fields.append(
      InputValueDefinition(
        name: "group_key",
        type: try reference(to: .groupByKeyOrderBy, of: table)
      ),
      .orderByGroupKey
    )
    define(
      inputObject: id,
      description:
        "Ordering options of groups of rows from \(tables[table].displayName.inQuotes).",
      fields
    )
  }

  mutating func defineGroupByKeyOrderBy(of table: Int, _ id: TypeID) throws(NameConflict) {
    let direction = try orderDirection(for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    for column in tables[table].columns {
      fields.append(
        InputValueDefinition(name: column.name, type: direction),
        .orderByColumn(column.index)
      )
    }
    for (index, relationship) in groupedRelationships(of: table) {
      fields.append(
        InputValueDefinition(
          name: relationship.name,
          type: try reference(to: .groupByKeyOrderBy, of: relationship.target)
        ),
        .orderByObjectRelationship(index)
      )
    }
    define(
      inputObject: id,
      description: "order by grouping keys of \(tables[table].displayName.inQuotes)",
      fields.sorted
    )
  }
}
