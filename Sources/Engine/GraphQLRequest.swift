package import JSON

/// The parameters of one GraphQL request.
package struct GraphQLRequest: Sendable {
  package var query: [UInt8]
  /// The name of a saved query, which takes the place of the text.
  package var documentID: String?
  package var operationName: String?
  package var variables: JSONObject
  /// Variables that are long lists of objects and were left in the body, by name.
  package var rows: [String: JSONRows]
  /// Whether the way that the request came by may change anything: GET may not.
  package var allowsMutation: Bool
  /// Whether results may follow each other on the way that the request came by.
  package var allowsSubscription = false
  /// What makes a mutation happen once however often it is sent; of no meaning to queries.
  package var idempotencyKey: String?
  /// What triggers are told of the trace that the request is part of.
  package var trace: TraceContext?
  /// The headers of the HTTP request, for webhooks that are told them.
  package var clientHeaders: (@Sendable () -> [WebhookHeaderField])?

  package init(
    query: [UInt8] = [],
    documentID: String? = nil,
    operationName: String? = nil,
    variables: JSONObject = JSONObject(),
    rows: [String: JSONRows] = [:],
    allowsMutation: Bool = true,
    idempotencyKey: String? = nil,
    trace: TraceContext? = nil
  ) {
    self.query = query
    self.documentID = documentID
    self.operationName = operationName
    self.variables = variables
    self.rows = rows
    self.allowsMutation = allowsMutation
    self.idempotencyKey = idempotencyKey
    self.trace = trace
  }
}
