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
    var queries = RootMembers(name: "query_root")
    var subscriptions = RootMembers(name: "subscription_root")
    for table in tables.indices where tables[table].isVisible {
      let visible = tables[table]
      if isRelay {
        for field in try relayFields(of: table) {
          if visible.shows(.select, in: .query) { add(field, to: &queries, of: table) }
          if visible.shows(.select, in: .subscription) {
            add(field, to: &subscriptions, of: table)
          }
        }
        continue
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
    for index in functions.indices where functions[index].exposure == .query {
      let fields =
        isRelay ? try relayFields(ofFunction: index) : try rootFields(ofFunction: index)
      for field in fields {
        add(field, to: &queries, of: functions[index].table, function: functions[index].name)
        add(field, to: &subscriptions, of: functions[index].table, function: functions[index].name)
      }
    }
    // What is tracked was there first: of equal names the later ones are dropped.
    for (field, binding) in try nativeFields(of: .query) {
      queries.fields.append(field, binding)
    }
    for (field, binding) in try nativeFields(of: .subscription) {
      subscriptions.fields.append(field, binding)
    }
    if !isRelay {
      for (field, binding) in try actionFields(of: .query) { queries.fields.append(field, binding) }
    }
    if isRelay, !queries.fields.isEmpty {
      let node = try nodeField()
      queries.fields.append(node.0, node.1)
      if !subscriptions.fields.isEmpty { subscriptions.fields.append(node.0, node.1) }
    }
    if queries.fields.isEmpty {
      queries.fields.append(Self.noQueriesAvailable, .noQueriesAvailable)
    }
    define(object: id, description: nil, queries.fields.sorted)
    guard !subscriptions.fields.isEmpty else { return (id, nil) }
    let subscription = try claimShared("subscription_root", for: 0)
    define(object: subscription, description: nil, subscriptions.fields.sorted)
    return (id, subscription)
  }

  /// The fields of a root type on its way, and by their names the tables that they are of.
  private struct RootMembers {
    let name: String
    var fields = Members<FieldDefinition, FieldBinding>()
    var owners: [String: Int] = [:]
  }

  private mutating func add(
    _ field: (definition: FieldDefinition, binding: FieldBinding),
    to root: inout RootMembers,
    of table: Int,
    function: FunctionName? = nil
  ) {
    let name = field.definition.name
    if let owner = root.owners[name] {
      let loser = function ?? tables[table].bound.name
      // What clashes among the queries does so among the subscriptions, and is told once.
      let isKnown = inconsistencies.contains { $0.table == loser && $0.object == .rootField(name) }
      if !isKnown { report(name, of: loser, after: owner, in: root.name) }
      return
    }
    root.owners[name] = table
    root.fields.append(field.definition, field.binding)
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
    let name = visible.bound.graphQLName
    let quoted = visible.displayName.inQuotes
    var fields: [RootField] = []
    if visible.shows(.select) {
      let field = FieldDefinition(
        name: rootName(.select, of: visible, name),
        description: rootDescription(.select, of: visible, "fetch data from the table: \(quoted)"),
        arguments: try selectArguments(of: table),
        type: try reference(to: .object, of: table).nonNull.list.nonNull
      )
      fields.append((.select, (field, .select(table: table))))
    }
    if visible.shows(.selectByPrimaryKey), let key = visible.primaryKeyColumns {
      let field = FieldDefinition(
        name: rootName(.selectByPrimaryKey, of: visible, name + "_by_pk"),
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
        name: rootName(.selectAggregate, of: visible, name + "_aggregate"),
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

  func rootName(
    _ key: CustomRootFields.Key,
    of table: VisibleTable,
    _ name: String
  ) -> String {
    guard let custom = table.customRootFields[key]?.name, custom.isGraphQLName else { return name }
    return custom
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
