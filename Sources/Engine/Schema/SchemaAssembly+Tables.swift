import GraphQLCore
import Metadata
import SQLCompiler

// The types that hold rows: `<t>`, `<t>_aggregate` and what is inside.
extension SchemaAssembly {
  mutating func define(
    _ type: TableType,
    of table: Int,
    _ id: TypeID
  ) throws(NameConflict) {
    switch type {
    case .object: try defineObject(of: table, id)
    case .aggregate: try defineAggregate(of: table, id)
    case .aggregateFields: try defineAggregateFields(of: table, id)
    case .aggregateBoolExp: try defineAggregateBoolExp(of: table, id)
    case .aggregateOrderBy: try defineAggregateOrderBy(of: table, id)
    case .boolExp: try defineBoolExp(of: table, id)
    case .enumeration: defineEnumeration(of: table, id)
    case .enumComparison: try defineEnumComparison(of: table, id)
    case .orderBy: try defineOrderBy(of: table, id)
    case .selectColumn: defineSelectColumn(of: table, id)
    case .insertInput: try defineInsertInput(of: table, id)
    case .objectInsertInput: try defineRelatedInsert(of: table, isArray: false, id)
    case .arrayInsertInput: try defineRelatedInsert(of: table, isArray: true, id)
    case .onConflict: try defineOnConflict(of: table, id)
    case .constraint: defineConstraint(of: table, id)
    case .updateColumn: defineUpdateColumn(of: table, id)
    case .setInput: try defineChange(.set, of: table, id)
    case .incrementInput: try defineChange(.increment, of: table, id)
    case .prependInput: try defineChange(.prepend, of: table, id)
    case .appendInput: try defineChange(.append, of: table, id)
    case .deleteKeyInput: try defineChange(.deleteKey, of: table, id)
    case .deleteElementInput: try defineChange(.deleteElement, of: table, id)
    case .deleteAtPathInput: try defineChange(.deleteAtPath, of: table, id)
    case .keyColumnsInput: try defineKeyColumns(of: table, id)
    case .updates: try defineUpdates(of: table, id)
    case .relatedInput: try defineRelated(of: table, id)
    case .relatedChanges: try defineRelatedChanges(of: table, isArray: true, id)
    case .relatedRowChanges: try defineRelatedChanges(of: table, isArray: false, id)
    case .mutationResponse: try defineMutationResponse(of: table, id)
    case .streamCursorInput: try defineStreamCursorInput(of: table, id)
    case .streamCursorValueInput: try defineStreamCursorValueInput(of: table, id)
    case .groupBy: try defineGroupBy(of: table, id)
    case .groupByKey: try defineGroupByKey(of: table, id)
    case .groupByKeyFields: try defineGroupByKeyFields(of: table, id)
    case .groupByBoolExp: try defineGroupByBoolExp(of: table, id)
    case .groupByOrderBy: try defineGroupByOrderBy(of: table, id)
    case .groupByKeyOrderBy: try defineGroupByKeyOrderBy(of: table, id)
    case .connection: try defineConnection(of: table, id)
    case .edge: try defineEdge(of: table, id)
    }
  }

  private mutating func defineObject(of table: Int, _ id: TypeID) throws(NameConflict) {
    let visible = tables[table]
    var fields = Members<FieldDefinition, FieldBinding>()
    var interfaces: [TypeID] = []
    if isRelay, visible.primaryKeyColumns != nil {
      fields.append(Self.idField, .nodeID)
      interfaces = [try nodeInterface()]
    }
    // In the Relay schema `id` is what any object is known by, and nothing else.
    for column in visible.columns where !isRelay || column.name != "id" {
      let type = try reference(to: column.type, for: table)
      fields.append(
        FieldDefinition(
          name: column.name,
          description: column.description,
          arguments: column.type.takesPath ? makePathArgument() : 0..<0,
          type: column.isNullable ? type : type.nonNull
        ),
        .column(table: table, column: column.index)
      )
    }
    for (index, relationship) in visible.bound.relationships.enumerated()
    where tables[relationship.target].isVisible {
      if let query = relationship.query {
        try appendRelationship(index, relationship, to: query, of: table, to: &fields)
      } else {
        try appendRelationship(index, relationship, to: &fields)
      }
    }
    for (index, relationship) in visible.bound.remoteRelationships.enumerated() {
      try appendRemoteRelationship(index, relationship, to: &fields)
    }
    try appendComputedFields(of: table, to: &fields)
    define(
      object: id,
      description: visible.description,
      interfaces: interfaces,
      fields.sorted
    )
  }

  private mutating func appendRelationship(
    _ index: Int,
    _ relationship: BoundRelationship,
    to fields: inout Members<FieldDefinition, FieldBinding>
  ) throws(NameConflict) {
    let target = relationship.target
    let type = try reference(to: .object, of: target)
    guard relationship.isArray else {
      return fields.append(
        FieldDefinition(
          name: relationship.name,
          description: "An object relationship",
          type: relationship.isNullable ? type : type.nonNull
        ),
        .objectRelationship(index)
      )
    }
    let arguments = try selectArguments(of: target)
    fields.append(
      FieldDefinition(
        name: relationship.name,
        description: "An array relationship",
        arguments: arguments,
        type: type.nonNull.list.nonNull
      ),
      .arrayRelationship(index)
    )
    if isRelay, tables[target].primaryKeyColumns != nil {
      fields.append(
        FieldDefinition(
          name: naming.field(relationship.nameParts("connection")),
          description: "An array relationship connection",
          arguments: self.arguments(try makeConnectionArguments(of: target)),
          type: try reference(to: .connection, of: target).nonNull
        ),
        .relationshipConnection(index)
      )
    }
    guard tables[target].allowsAggregations else { return }
    fields.append(
      FieldDefinition(
        name: naming.field(relationship.nameParts("aggregate")),
        description: "An aggregate relationship",
        arguments: arguments,
        type: try reference(to: .aggregate, of: target).nonNull
      ),
      .arrayRelationshipAggregate(index)
    )
  }

  /// Adds a relationship to the rows of a native query, which may take arguments.
  private mutating func appendRelationship(
    _ index: Int,
    _ relationship: BoundRelationship,
    to query: Int,
    of table: Int,
    to fields: inout Members<FieldDefinition, FieldBinding>
  ) throws(NameConflict) {
    let type = try reference(to: .object, of: relationship.target)
    fields.append(
      FieldDefinition(
        name: relationship.name,
        description: relationship.isArray ? "An array relationship" : "An object relationship",
        arguments: try arguments(of: relationship, to: query, of: table),
        type: relationship.isArray ? type.nonNull.list : type
      ),
      relationship.isArray ? .arrayRelationship(index) : .objectRelationship(index)
    )
  }

  private mutating func defineAggregate(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(name: "aggregate", type: try reference(to: .aggregateFields, of: table)),
      .aggregate
    )
    if !tables[table].columns.isEmpty {
      let field = try groupByField(of: table)
      fields.append(field.0, field.1)
    }
    fields.append(
      FieldDefinition(
        name: "nodes",
        type: try reference(to: .object, of: table).nonNull.list.nonNull
      ),
      .nodes
    )
    define(
      object: id,
      description: "aggregated selection of \(tables[table].displayName.inQuotes)",
      fields
    )
  }

  private mutating func defineAggregateFields(
    of table: Int,
    _ id: TypeID
  ) throws(NameConflict) {
    let visible = tables[table]
    var fields = Members<FieldDefinition, FieldBinding>()
    fields.append(
      FieldDefinition(
        name: "count",
        arguments: try makeCountArguments(of: table),
        type: TypeReference(.int).nonNull
      ),
      .count
    )
    for function in AggregateFunction.allCases {
      let isIncluded =
        function.isOverComparableColumns ? \ColumnType.isComparable : \ColumnType.isNumeric
      let columns = visible.columns { $0[keyPath: isIncluded] }
      let computed = visible.computedFields { $0[keyPath: isIncluded] }
      guard !columns.isEmpty || !computed.isEmpty else { continue }
      fields.append(
        FieldDefinition(
          name: function.rawValue,
          type: TypeReference(try defineFields(of: function, over: columns, computed, of: table))
        ),
        .aggregateFunction(function)
      )
    }
    define(
      object: id,
      description: "aggregate fields of \(visible.displayName.inQuotes)",
      fields.sorted
    )
  }

  /// `<t>_sum_fields` and its like.
  private mutating func defineFields(
    of function: AggregateFunction,
    over columns: [VisibleTable.VisibleColumn],
    _ computed: [VisibleComputedField],
    of table: Int
  ) throws(NameConflict) -> TypeID {
    let id = try claim(tables[table].typeName(function.rawValue, "fields"), for: table)
    var fields = Members<FieldDefinition, FieldBinding>()
    for column in columns {
      fields.append(
        FieldDefinition(
          name: column.name,
          description: column.description,
          type: function.keepsType
            ? try reference(to: column.type, for: table) : TypeReference(.float)
        ),
        .aggregateColumn(column: column.index)
      )
    }
    for field in computed {
      guard let type = field.type else { continue }
      fields.append(
        FieldDefinition(
          name: field.name,
          description: field.description,
          arguments: try valueArguments(of: field, of: table, takesPath: false),
          type: function.keepsType
            ? try reference(to: type, for: table) : TypeReference(.float)
        ),
        .aggregateComputedField(field.index)
      )
    }
    define(object: id, description: "aggregate \(function.rawValue) on columns", fields.sorted)
    return id
  }

  private mutating func makeCountArguments(of table: Int) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    if !tables[table].columns.isEmpty {
      members.append(
        InputValueDefinition(
          name: "columns",
          type: try reference(to: .selectColumn, of: table).nonNull.list
        ),
        .countColumns
      )
    }
    members.append(
      InputValueDefinition(name: "distinct", type: TypeReference(.boolean)),
      .countDistinct
    )
    return arguments(members)
  }

  private mutating func defineSelectColumn(of table: Int, _ id: TypeID) {
    define(
      enumeration: id,
      description: tables[table].isModel
        ? nil : "select columns of table \(tables[table].displayName.inQuotes)",
      columnValues(tables[table].columns)
    )
  }

  /// The values of an enum of columns.
  func columnValues(
    _ columns: [VisibleTable.VisibleColumn]
  ) -> Members<EnumValueDefinition, EnumBinding> {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for column in columns {
      values.append(
        EnumValueDefinition(name: column.name, description: "column name"),
        .column(column.index)
      )
    }
    return values
  }

  private mutating func defineEnumeration(of table: Int, _ id: TypeID) {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for value in tables[table].enumValues {
      // What differs in its case alone has one name by that convention.
      let name = naming.enumValue(value.name)
      guard !values.definitions.contains(where: { $0.name == name }) else { continue }
      values.append(
        EnumValueDefinition(name: name, description: value.comment),
        .key(value.name)
      )
    }
    define(enumeration: id, description: nil, values)
  }
}

extension AggregateFunction {
  /// Whether its value is of the column's type in the schema, where the others give a Float.
  fileprivate var keepsType: Bool { self == .sum || self == .min || self == .max }
}

extension BoundRelationship {
  /// What the names are made of that begin with its own.
  func nameParts(_ word: String) -> [SchemaNaming.Part] {
    [SchemaNaming.Part(name, isCustom: true), SchemaNaming.Part(word)]
  }
}

extension String {
  /// The text between double quotes, as descriptions quote names.
  var inQuotes: String { "\"" + self + "\"" }
}
