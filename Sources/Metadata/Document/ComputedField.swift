package import Catalog
package import JSON

/// A field of a table whose value, or whose rows, a function makes of the table's row.
package struct ComputedField: Hashable, Sendable {
  package var name: String
  package var function: FunctionName
  /// The argument that gets the row; nil for the first.
  package var tableArgument: String?
  /// The argument that gets the session's variables.
  package var sessionArgument: String?
  /// Nil leaves the description to PostgreSQL's comment on the function, an empty text removes it.
  package var comment: String?
  /// Every other member.
  package var others: JSONObject

  package init(
    name: String,
    function: FunctionName,
    tableArgument: String? = nil,
    sessionArgument: String? = nil,
    comment: String? = nil,
    others: JSONObject = JSONObject()
  ) {
    self.name = name
    self.function = function
    self.tableArgument = tableArgument
    self.sessionArgument = sessionArgument
    self.comment = comment
    self.others = others
  }
}
