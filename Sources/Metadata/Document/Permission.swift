package import JSON

/// What a role may do with a table, in one of the four ways.
package struct Permission<Definition: Hashable & Sendable>: Hashable, Sendable {
  package var role: String
  package var definition: Definition
  package var comment: String?

  package init(role: String, definition: Definition, comment: String? = nil) {
    self.role = role
    self.definition = definition
    self.comment = comment
  }
}

/// The columns that a permission covers.
package enum PermittedColumns: Hashable, Sendable {
  /// `"*"`: also those that are added later.
  case all
  case some([String])

  package func contains(_ column: String) -> Bool {
    switch self {
    case .all: true
    case .some(let columns): columns.contains { $0.hasSameBytes(as: column) }
    }
  }
}

/// Which rows and columns a role may read.
///
/// Boolean expressions stay JSON until they are compiled.
package struct SelectPermission: Hashable, Sendable {
  package var columns: PermittedColumns
  package var filter: JSONValue
  package var limit: Int?
  package var allowsAggregations: Bool
  package var computedFields: [String]
  /// Nil shows all root fields of queries, an empty list none.
  package var queryRootFields: [CustomRootFields.Key]?
  /// Nil shows all root fields of subscriptions, an empty list none.
  package var subscriptionRootFields: [CustomRootFields.Key]?

  package init(
    columns: PermittedColumns,
    filter: JSONValue = [:],
    limit: Int? = nil,
    allowsAggregations: Bool = false,
    computedFields: [String] = [],
    queryRootFields: [CustomRootFields.Key]? = nil,
    subscriptionRootFields: [CustomRootFields.Key]? = nil
  ) {
    self.columns = columns
    self.filter = filter
    self.limit = limit
    self.allowsAggregations = allowsAggregations
    self.computedFields = computedFields
    self.queryRootFields = queryRootFields
    self.subscriptionRootFields = subscriptionRootFields
  }
}

/// Which rows a role may insert.
package struct InsertPermission: Hashable, Sendable {
  /// Nil, where the document says nothing, is all.
  package var columns: PermittedColumns?
  package var check: JSONValue
  /// Presets by column; texts that start with `x-hasura-` name session variables.
  package var set: JSONObject
  package var isBackendOnly: Bool
  package var validator: InputValidator?

  package init(
    columns: PermittedColumns? = nil,
    check: JSONValue = [:],
    set: JSONObject = JSONObject(),
    isBackendOnly: Bool = false,
    validator: InputValidator? = nil
  ) {
    self.columns = columns
    self.check = check
    self.set = set
    self.isBackendOnly = isBackendOnly
    self.validator = validator
  }
}

/// Which rows and columns a role may change.
package struct UpdatePermission: Hashable, Sendable {
  package var columns: PermittedColumns
  package var filter: JSONValue
  /// What a row has to be after the change; nil where nothing is asked of it.
  package var check: JSONValue?
  /// Presets by column; texts that start with `x-hasura-` name session variables.
  package var set: JSONObject
  package var isBackendOnly: Bool
  package var validator: InputValidator?

  package init(
    columns: PermittedColumns,
    filter: JSONValue = [:],
    check: JSONValue? = nil,
    set: JSONObject = JSONObject(),
    isBackendOnly: Bool = false,
    validator: InputValidator? = nil
  ) {
    self.columns = columns
    self.filter = filter
    self.check = check
    self.set = set
    self.isBackendOnly = isBackendOnly
    self.validator = validator
  }
}

/// Which rows a role may delete.
package struct DeletePermission: Hashable, Sendable {
  package var filter: JSONValue
  package var isBackendOnly: Bool
  package var validator: InputValidator?

  package init(
    filter: JSONValue = [:],
    isBackendOnly: Bool = false,
    validator: InputValidator? = nil
  ) {
    self.filter = filter
    self.isBackendOnly = isBackendOnly
    self.validator = validator
  }
}
