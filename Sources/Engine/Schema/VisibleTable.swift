import Catalog
import Metadata
import SQLCompiler

/// A tracked table with what the schema of a role needs beyond ``BoundTable``.
///
/// Tables that the role does not see stand among them: permissions may look into them.
struct VisibleTable: Equatable {
  /// A column that has a field.
  struct VisibleColumn: Equatable {
    /// The index of the column in ``BoundTable/columns``.
    var index: Int
    var name: String
    var description: String?
    var type: ColumnType
    var isNullable: Bool
  }

  var bound: BoundTable
  /// What its name in the schema is made of.
  var nameParts: [SchemaNaming.Part]
  /// How its source makes names.
  var naming: SchemaNaming
  /// The source, by its index among the schema's.
  var source: Int
  /// Whether the role sees the table at all.
  var isVisible: Bool
  /// Whether the role sees every row.
  var showsAllRows: Bool
  /// Those that the role may read, by name, so that what is made of columns alone comes out sorted.
  var columns: [VisibleColumn]
  /// All that have a name in GraphQL, by name.
  var allColumns: [VisibleColumn]
  var writes: TableWrites
  /// By name; those with rows are shown where the table of the rows is.
  var computedFields: [VisibleComputedField] = []
  var description: String?
  var allowsAggregations: Bool
  /// Which root fields of queries the role sees; nil for all.
  var queryRootFields: [CustomRootFields.Key]?
  /// Which root fields of subscriptions the role sees; nil for all.
  var subscriptionRootFields: [CustomRootFields.Key]?
  var customRootFields: CustomRootFields
  /// Whether other graphs of Apollo's federation may refer to its rows.
  var isFederated = false
  /// The values of the GraphQL enum, where the table is an enum table.
  var enumValues: [DatabaseContext.EnumValue]
  /// Of the rows of a native query with relationships: the table that stands for its logical model, whose
  /// conditions and orders they have.
  var model: Int?
  /// What requests give the native queries in ``BoundTable/queries``.
  var queryArguments: [[VisibleFunction.Argument]] = []

  /// Whether it stands for a logical model, or for the rows of a native query.
  var isModel: Bool { ModelTables.isModel(bound.name) }

  /// The name as messages and descriptions have it.
  var displayName: String {
    isModel ? bound.name.name : bound.name.description
  }

  /// The name that its source gives a table by the convention of Hasura.
  var plainName: String { nameParts.map(\.text).joined(separator: "_") }

  /// The name of one of its types, of which the words that follow the table's name are given.
  func typeName(_ words: String...) -> String {
    naming.type(nameParts + words.map { SchemaNaming.Part($0) })
  }

  /// The name of a root field, which the metadata may give.
  func rootName(_ key: CustomRootFields.Key) -> String {
    if let custom = customRootFields[key]?.name, custom.isGraphQLName {
      return naming.root([SchemaNaming.Part(custom, isCustom: true)])
    }
    let (before, after) = key.words
    return naming.root(
      before.map { SchemaNaming.Part($0) } + nameParts + after.map { SchemaNaming.Part($0) }
    )
  }

  /// The root types that have fields to read a table.
  enum ReadingRoot {
    case query, subscription
  }

  /// Whether a relationship can be followed where nothing can be given to what it leads to.
  func isFollowedByItself(_ relationship: BoundRelationship) -> Bool {
    relationship.query.map { query in queryArguments[query].allSatisfy { !$0.isRequired } } ?? true
  }

  func shows(_ field: CustomRootFields.Key, in root: ReadingRoot) -> Bool {
    switch root {
    case .query: queryRootFields?.contains(field) ?? true
    case .subscription: subscriptionRootFields?.contains(field) ?? true
    }
  }

  /// Whether one of the roots shows a field.
  func shows(_ field: CustomRootFields.Key) -> Bool {
    shows(field, in: .query) || shows(field, in: .subscription)
  }

  /// Columns that the role may write, whether or not it may read them.
  func columns(at indices: [Int]) -> [VisibleColumn] {
    allColumns.filter { indices.contains($0.index) }
  }

  func columns(where isIncluded: (ColumnType) -> Bool) -> [VisibleColumn] {
    columns.filter { isIncluded($0.type) }
  }

  /// Whether there is anything that rows can be put in order by.
  var hasOrder: Bool {
    !columns.isEmpty || !bound.relationships.isEmpty
      || computedFields.contains { $0.arguments.isEmpty }
  }

  /// The computed fields with values of some types.
  func computedFields(where isIncluded: (ColumnType) -> Bool) -> [VisibleComputedField] {
    computedFields.filter { $0.type.map(isIncluded) ?? false }
  }

  /// The visible columns of the primary key in its order; nil where one of them cannot be seen.
  var primaryKeyColumns: [VisibleColumn]? {
    guard let key = bound.primaryKey, !key.isEmpty else { return nil }
    let visible = key.compactMap { index in columns.first { $0.index == index } }
    return visible.count == key.count ? visible : nil
  }
}

extension CustomRootFields.Key {
  /// The words that stand before and after the table's name in the name of the field.
  fileprivate var words: (before: [String], after: [String]) {
    switch self {
    case .select: ([], [])
    case .selectByPrimaryKey: ([], ["by_pk"])
    case .selectAggregate: ([], ["aggregate"])
    case .selectStream: ([], ["stream"])
    case .insert: (["insert"], [])
    case .insertOne: (["insert"], ["one"])
    case .update: (["update"], [])
    case .updateByPrimaryKey: (["update"], ["by_pk"])
    case .updateMany: (["update"], ["many"])
    case .delete: (["delete"], [])
    case .deleteByPrimaryKey: (["delete"], ["by_pk"])
    }
  }
}
