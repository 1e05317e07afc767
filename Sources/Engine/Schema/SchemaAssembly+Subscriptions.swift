import GraphQLCore
import Metadata
import SQLCompiler

// What subscriptions have beyond queries: streams of tables, and directives.
extension SchemaAssembly {
  /// `<t>_stream`, the rows of a table behind a cursor as they come.
  mutating func streamField(
    of table: Int
  ) throws(NameConflict) -> (definition: FieldDefinition, binding: FieldBinding) {
    let visible = tables[table]
    let quoted = visible.displayName.inQuotes
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(
        name: "batch_size",
        description: "maximum number of rows returned in a single batch",
        type: TypeReference(.int).nonNull
      ),
      .batchSize
    )
    members.append(
      InputValueDefinition(
        name: "cursor",
        description: "cursor to stream the results returned by the query",
        type: try reference(to: .streamCursorInput, of: table).list.nonNull
      ),
      .cursor
    )
    members.append(
      InputValueDefinition(
        name: "where",
        description: "filter the rows returned",
        type: try reference(to: .boolExp, of: table)
      ),
      .whereArgument
    )
    let field = FieldDefinition(
      name: visible.rootName(.selectStream),
      description: rootDescription(
        .selectStream,
        of: visible,
        "fetch data from the table in a streaming manner: \(quoted)"
      ),
      arguments: arguments(members),
      type: try reference(to: .object, of: table).nonNull.list.nonNull
    )
    return (field, .selectStream(table: table))
  }

  mutating func defineStreamCursorInput(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<InputValueDefinition, InputBinding>()
    fields.append(
      InputValueDefinition(
        name: "initial_value",
        description: "Stream column input with initial value",
        type: try reference(to: .streamCursorValueInput, of: table).nonNull
      ),
      .cursorInitialValue
    )
    fields.append(
      InputValueDefinition(
        name: "ordering",
        description: "cursor ordering",
        type: try cursorOrdering(for: table)
      ),
      .cursorOrdering
    )
    define(
      inputObject: id,
      description: "Streaming cursor of the table \(tables[table].plainName.inQuotes)",
      fields
    )
  }

  mutating func defineStreamCursorValueInput(of table: Int, _ id: TypeID) throws(NameConflict) {
    var fields = Members<InputValueDefinition, InputBinding>()
    for column in tables[table].columns {
      fields.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: try reference(to: column.type, for: table)
        ),
        .cursorColumn(column.index)
      )
    }
    define(
      inputObject: id,
      description: "Initial value of the column from where the streaming should start",
      fields
    )
  }

  mutating func defineCursorOrdering(_ id: TypeID) {
    var values = Members<EnumValueDefinition, EnumBinding>()
    for (name, isDescending) in [("ASC", false), ("DESC", true)] {
      values.append(
        EnumValueDefinition(
          name: name,
          description: "\(isDescending ? "descending" : "ascending") ordering of the cursor"
        ),
        .cursorOrdering(isDescending: isDescending)
      )
    }
    define(enumeration: id, description: "ordering argument of a cursor", values)
  }

  // MARK: - Directives

  /// `@refetch`, and the directive by which Hasura's own tests select several fields at once.
  mutating func defineSubscriptionDirectives() {
    var interval = Members<InputValueDefinition, InputBinding>()
    interval.append(
      InputValueDefinition(
        name: "interval",
        description: "measured in milliseconds",
        type: TypeReference(.int).nonNull
      ),
      .none
    )
    defineDirective(
      DirectiveDefinition(
        name: "refetch",
        description: "how often this subscription reads the database at most",
        arguments: arguments(interval),
        locations: [.subscription]
      )
    )
    defineDirective(
      DirectiveDefinition(
        name: "_multiple_top_level_fields",
        description: "INTERNAL TESTING TOOL DO NOT USE",
        locations: [.subscription],
        isAdvertised: false
      )
    )
  }
}
