import GraphQLCore
import SQLCompiler

// The arguments of fields that list rows, and the order of rows.
extension SchemaAssembly {
  mutating func makeSelectArguments(
    of table: Int
  ) throws(NameConflict) -> Members<InputValueDefinition, InputBinding> {
    var members = Members<InputValueDefinition, InputBinding>()
    if !tables[table].columns.isEmpty {
      members.append(
        InputValueDefinition(
          name: "distinct_on",
          description: "distinct select on columns",
          type: try reference(to: .selectColumn, of: table).nonNull.list
        ),
        .distinctOn
      )
    }
    members.append(
      InputValueDefinition(
        name: "limit",
        description: "limit the number of rows returned",
        type: TypeReference(.int)
      ),
      .limit
    )
    members.append(
      InputValueDefinition(
        name: "offset",
        description: "skip the first n rows. Use only with order_by",
        type: TypeReference(.int)
      ),
      .offset
    )
    if tables[table].hasOrder {
      members.append(
        InputValueDefinition(
          name: "order_by",
          description: "sort the rows by one or more columns",
          type: try reference(to: .orderBy, of: table).nonNull.list
        ),
        .orderByArgument
      )
    }
    members.append(
      InputValueDefinition(
        name: "where",
        description: "filter the rows returned",
        type: try reference(to: .boolExp, of: table)
      ),
      .whereArgument
    )
    return members
  }

  mutating func defineOrderDirection(_ id: TypeID) {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for direction in OrderDirection.allCases {
      let order = direction.isDescending ? "descending" : "ascending"
      let nulls = direction.putsNullsFirst ? "first" : "last"
      values.append(
        EnumValueDefinition(
          name: naming.enumValue(direction.rawValue),
          description: "in \(order) order, nulls \(nulls)"
        ),
        .order(direction)
      )
    }
    define(enumeration: id, description: "column ordering options", values)
  }

  mutating func defineOrderBy(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    let direction = try orderDirection(for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    for column in visible.columns {
      fields.append(
        InputValueDefinition(name: column.name, type: direction),
        .orderByColumn(column.index)
      )
    }
    for (index, relationship) in visible.bound.relationships.enumerated()
    where tables[relationship.target].isVisible && visible.isFollowedByItself(relationship) {
      if !relationship.isArray {
        fields.append(
          InputValueDefinition(
            name: relationship.name,
            type: try reference(to: .orderBy, of: relationship.target)
          ),
          .orderByObjectRelationship(index)
        )
      } else if tables[relationship.target].allowsAggregations {
        fields.append(
          InputValueDefinition(
            name: naming.field(relationship.nameParts("aggregate")),
            type: try reference(to: .aggregateOrderBy, of: relationship.target)
          ),
          .orderByAggregate(index)
        )
      }
    }
    for field in visible.computedFields where field.arguments.isEmpty {
      if field.type != nil {
        fields.append(
          InputValueDefinition(name: field.name, type: direction),
          .orderByComputedField(field.index)
        )
      } else if let rows = field.rows, tables[rows].isVisible, tables[rows].allowsAggregations {
        fields.append(
          InputValueDefinition(
            name: naming.field([
              SchemaNaming.Part(field.name, isCustom: true), SchemaNaming.Part("aggregate"),
            ]),
            type: try reference(to: .aggregateOrderBy, of: rows)
          ),
          .orderByComputedAggregate(field.index)
        )
      }
    }
    define(
      inputObject: id,
      description: "Ordering options when selecting data from \(visible.displayName.inQuotes).",
      fields.sorted
    )
  }

  mutating func defineAggregateOrderBy(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(
      InputValueDefinition(name: "count", type: try orderDirection(for: table)),
      .orderByCount
    )
    let numeric = visible.columns(where: \.isNumeric)
    let comparable = visible.columns(where: \.isComparable)
    for function in AggregateFunction.allCases {
      let columns = function.isOverComparableColumns ? comparable : numeric
      guard !columns.isEmpty else { continue }
      fields.append(
        InputValueDefinition(
          name: function.rawValue,
          type: TypeReference(try defineOrderBy(function, over: columns, of: table))
        ),
        .orderByAggregateFunction(function)
      )
    }
    define(
      inputObject: id,
      description: "order by aggregate values of table \(visible.displayName.inQuotes)",
      fields.sorted
    )
  }

  /// `<t>_sum_order_by` and its like.
  private mutating func defineOrderBy(
    _ function: AggregateFunction,
    over columns: [VisibleTable.VisibleColumn],
    of table: Int
  ) throws(NameConflict) -> TypeID {
    let visible = tables[table]
    let id = try claim(visible.typeName(function.rawValue, "order_by"), for: table)
    let direction = try orderDirection(for: table)
    var fields = Members<InputValueDefinition, InputBinding>()
    for column in columns {
      fields.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: direction
        ),
        .orderByAggregateColumn(column.index)
      )
    }
    define(
      inputObject: id,
      description:
        "order by \(function.rawValue)() on columns of table \(visible.displayName.inQuotes)",
      fields
    )
    return id
  }
}
