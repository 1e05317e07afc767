package import JSON

/// The parameters of one GraphQL request.
package struct GraphQLRequest: Sendable {
  package var query: [UInt8]
  package var operationName: String?
  package var variables: JSONObject
  /// Whether the way that the request came by may change anything: GET may not.
  package var allowsMutation: Bool

  package init(
    query: [UInt8],
    operationName: String? = nil,
    variables: JSONObject = JSONObject(),
    allowsMutation: Bool = true
  ) {
    self.query = query
    self.operationName = operationName
    self.variables = variables
    self.allowsMutation = allowsMutation
  }
}
