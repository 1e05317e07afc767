import JSON

/// The names and descriptions that the schema gives to a table and to what belongs to it.
package struct TableConfiguration: Hashable, Sendable {
  package var customName: String?
  package var customRootFields: CustomRootFields
  /// By column, in the order of the document.
  package var columns: [ColumnConfiguration]
  /// Nil leaves the description to PostgreSQL's comment, an empty text removes it.
  package var comment: String?

  package init(
    customName: String? = nil,
    customRootFields: CustomRootFields = CustomRootFields(),
    columns: [ColumnConfiguration] = [],
    comment: String? = nil
  ) {
    self.customName = customName
    self.customRootFields = customRootFields
    self.columns = columns
    self.comment = comment
  }

  package var isEmpty: Bool { self == TableConfiguration() }

  package func column(named name: String) -> ColumnConfiguration? {
    columns.first { $0.column.hasSameBytes(as: name) }
  }
}

/// How one column is shown.
package struct ColumnConfiguration: Hashable, Sendable {
  package var column: String
  package var customName: String?
  /// Nil leaves the description to PostgreSQL's comment, an empty text removes it.
  package var comment: String?

  package init(column: String, customName: String? = nil, comment: String? = nil) {
    self.column = column
    self.customName = customName
    self.comment = comment
  }
}

/// Names and descriptions of root fields that are not the default ones.
package struct CustomRootFields: Hashable, Sendable {
  /// The root fields of a table, as the document names them.
  package enum Key: String, CaseIterable, Hashable, Sendable {
    case select
    case selectByPrimaryKey = "select_by_pk"
    case selectAggregate = "select_aggregate"
    case selectStream = "select_stream"
    case insert
    case insertOne = "insert_one"
    case update
    case updateByPrimaryKey = "update_by_pk"
    case updateMany = "update_many"
    case delete
    case deleteByPrimaryKey = "delete_by_pk"
  }

  package struct RootField: Hashable, Sendable {
    package var name: String?
    package var comment: String?

    package init(name: String? = nil, comment: String? = nil) {
      self.name = name
      self.comment = comment
    }
  }

  private var fields: [Key: RootField] = [:]

  package init() {}

  package subscript(key: Key) -> RootField? {
    get { fields[key] }
    set { fields[key] = newValue }
  }

  package var isEmpty: Bool { fields.isEmpty }
}
