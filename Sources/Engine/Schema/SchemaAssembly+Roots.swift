import Catalog
import GraphQLCore
import Metadata
import SQLCompiler

// The root type of queries, and the directives.
extension SchemaAssembly {
  /// Defines `query_root`, and with it everything that queries can reach, and `subscription_root`,
  /// which is nil where the role sees nothing there.
  mutating func defineQueryRoots() throws(NameConflict) -> (query: TypeID, subscription: TypeID?) {
    let id = try claimShared("query_root", for: 0)
    var queries = RootFields(.query)
    var subscriptions = RootFields(.subscription)
    for table in tables.indices { try addReadingFields(of: table, to: &queries, &subscriptions) }
    for index in functions.indices where functions[index].exposure == .query {
      let table = functions[index].table
      naming = tables[table].naming
      let fields =
        isRelay ? try relayFields(ofFunction: index) : try rootFields(ofFunction: index)
      for field in fields {
        add(field, to: &queries, of: table, function: functions[index].name)
        add(field, to: &subscriptions, of: table, function: functions[index].name)
      }
    }
    naming = SchemaNaming()
    // What is tracked was there first: of equal names the later ones are dropped.
    for (field, binding) in try nativeFields(of: .query) { queries.add(field, binding) }
    for (field, binding) in try nativeFields(of: .subscription) {
      subscriptions.add(field, binding)
    }
    if !isRelay {
      for (field, binding) in try actionFields(of: .query) { queries.add(field, binding) }
      for (field, binding) in try actionFields(of: .subscription) {
        subscriptions.add(field, binding)
      }
    }
    if isRelay, !queries.isEmpty {
      let node = try nodeField()
      queries.add(node.0, node.1)
      if !subscriptions.isEmpty { subscriptions.add(node.0, node.1) }
    }
    if servesApolloFederation {
      for (field, binding) in try federationFields() { queries.add(field, binding) }
    }
    if queries.isEmpty { queries.add(Self.noQueriesAvailable, .noQueriesAvailable) }
    define(.query, id, try queries.finish(in: &self))
    guard !subscriptions.isEmpty else { return (id, nil) }
    let subscription = try claimShared("subscription_root", for: 0)
    define(.subscription, subscription, try subscriptions.finish(in: &self))
    return (id, subscription)
  }

  /// Adds the fields that read a table.
  mutating func addReadingFields(
    of table: Int,
    to queries: inout RootFields,
    _ subscriptions: inout RootFields
  ) throws(NameConflict) {
    let visible = tables[table]
    guard visible.isVisible else { return }
    naming = visible.naming
    if isRelay {
      for field in try relayFields(of: table) {
        if visible.shows(.select, in: .query) { add(field, to: &queries, of: table) }
        if visible.shows(.select, in: .subscription) { add(field, to: &subscriptions, of: table) }
      }
      return
    }
    for root in try rootFields(of: table) {
      // One definition for both, which share its arguments.
      if visible.shows(root.key, in: .query) { add(root.field, to: &queries, of: table) }
      if visible.shows(root.key, in: .subscription) {
        add(root.field, to: &subscriptions, of: table)
      }
    }
    if visible.shows(.selectStream, in: .subscription) {
      add(try streamField(of: table), to: &subscriptions, of: table)
    }
  }

  mutating func add(
    _ field: (definition: FieldDefinition, binding: FieldBinding),
    to root: inout RootFields,
    of table: Int,
    function: FunctionName? = nil
  ) {
    let namespace = namespaces[tables[table].source]
    guard let owner = root.add(field, in: namespace, of: table) else { return }
    let loser = function ?? tables[table].bound.name
    let name = field.definition.name
    // What clashes among the queries does so among the subscriptions, and is told once.
    let isKnown = inconsistencies.contains { $0.table == loser && $0.object == .rootField(name) }
    if !isKnown {
      report(
        name,
        of: loser,
        after: owner,
        in: namespace?.typeName(root.type) ?? root.type.typeName
      )
    }
  }

  /// What `no_queries_available` says, as its description and as its value.
  static let noQueriesText =
    "There are no queries available to the current role. Either there are no sources or remote "
    + "schemas configured, or the current role doesn't have the required permissions."

  private static var noQueriesAvailable: FieldDefinition {
    FieldDefinition(
      name: "no_queries_available",
      description: noQueriesText,
      type: TypeReference(.string).nonNull
    )
  }

  private typealias RootField = (
    key: CustomRootFields.Key, field: (definition: FieldDefinition, binding: FieldBinding)
  )

  /// The fields of a table that one of the roots shows.
  private mutating func rootFields(of table: Int) throws(NameConflict) -> [RootField] {
    let visible = tables[table]
    let quoted = visible.displayName.inQuotes
    var fields: [RootField] = []
    if visible.shows(.select) {
      let field = FieldDefinition(
        name: visible.rootName(.select),
        description: rootDescription(.select, of: visible, "fetch data from the table: \(quoted)"),
        arguments: try selectArguments(of: table),
        type: try reference(to: .object, of: table).nonNull.list.nonNull
      )
      fields.append((.select, (field, .select(table: table))))
    }
    if visible.shows(.selectByPrimaryKey), let key = visible.primaryKeyColumns {
      let field = FieldDefinition(
        name: visible.rootName(.selectByPrimaryKey),
        description: rootDescription(
          .selectByPrimaryKey,
          of: visible,
          "fetch data from the table: \(quoted) using primary key columns"
        ),
        arguments: try makeKeyArguments(key, of: table),
        type: try reference(to: .object, of: table)
      )
      fields.append((.selectByPrimaryKey, (field, .selectByPrimaryKey(table: table))))
    }
    if visible.shows(.selectAggregate), visible.allowsAggregations {
      let field = FieldDefinition(
        name: visible.rootName(.selectAggregate),
        description: rootDescription(
          .selectAggregate,
          of: visible,
          "fetch aggregated fields from the table: \(quoted)"
        ),
        arguments: try selectArguments(of: table),
        type: try reference(to: .aggregate, of: table).nonNull
      )
      fields.append((.selectAggregate, (field, .selectAggregate(table: table))))
    }
    return fields
  }

  func rootDescription(
    _ key: CustomRootFields.Key,
    of table: VisibleTable,
    _ description: String
  ) -> String? {
    TableBinder.description(table.customRootFields[key]?.comment, nil, description)
  }

  /// The columns of a key, and `if` where a row that they find may be subject to a condition.
  mutating func makeKeyArguments(
    _ columns: [VisibleTable.VisibleColumn],
    of table: Int,
    isConditional: Bool = false
  ) throws(NameConflict) -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    for column in columns {
      members.append(
        InputValueDefinition(
          name: column.name,
          description: column.description,
          type: try reference(to: column.type, for: table).nonNull,
          takesTexts: true
        ),
        .primaryKeyColumn(column.index)
      )
    }
    if isConditional { try appendPrecondition(of: table, to: &members) }
    return arguments(members.sorted)
  }

  mutating func report(_ field: String, of name: TableName, after owner: Int, in root: String) {
    report(
      SchemaInconsistency(
        source: sources[tables[owner].source].name,
        table: name,
        object: .rootField(field),
        reason: "Encountered conflicting definitions in the selection set for '\(root)' for "
          + "field '\(field)'. Fields must not be defined more than once across all sources. "
          + "It is defined by \(tables[owner].displayName.inQuotes) and by "
          + "\(name.quoted)."
      )
    )
  }

  // MARK: - Directives

  mutating func defineDirectives() {
    let fieldLocations: [DirectiveLocation] = [.field, .fragmentSpread, .inlineFragment]
    defineDirective(
      DirectiveDefinition(
        name: "include",
        description: "whether this query should be included",
        arguments: makeConditionArgument(),
        locations: fieldLocations
      )
    )
    defineDirective(
      DirectiveDefinition(
        name: "skip",
        description: "whether this query should be skipped",
        arguments: makeConditionArgument(),
        locations: fieldLocations
      )
    )
    var cached = Members<InputValueDefinition, InputBinding>()
    cached.append(
      InputValueDefinition(
        name: "refresh",
        description: "refresh the cache entry",
        type: TypeReference(.boolean).nonNull,
        defaultValue: .boolean(false)
      ),
      .none
    )
    cached.append(
      InputValueDefinition(
        name: "ttl",
        description: "measured in seconds",
        type: TypeReference(.int).nonNull,
        defaultValue: .int("60")
      ),
      .none
    )
    defineDirective(
      DirectiveDefinition(
        name: "cached",
        description: "whether this query should be cached (Hasura Cloud only)",
        arguments: arguments(cached),
        locations: [.query]
      )
    )
    defineSubscriptionDirectives()
  }

  private mutating func makeConditionArgument() -> Range<Int> {
    var members = Members<InputValueDefinition, InputBinding>()
    members.append(
      InputValueDefinition(name: "if", type: TypeReference(.boolean).nonNull),
      .none
    )
    return arguments(members)
  }
}
