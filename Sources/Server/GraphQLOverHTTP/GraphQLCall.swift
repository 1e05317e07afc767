import Engine
import JSON

/// The parameters of one GraphQL request, as its body or its query string gives them.
struct GraphQLCall: Hashable, Sendable {
  var query: String
  /// The name of a saved query that is meant instead of a text.
  var documentID: String?
  var operationName: String?
  var variables: JSONObject
  /// What the extensions say that the operation is done once under.
  var idempotencyKey: String?
  /// Variables that were left in the body, by name.
  var rows: [String: JSONRows] = [:]

  init(
    query: String = "",
    documentID: String? = nil,
    operationName: String? = nil,
    variables: JSONObject = JSONObject()
  ) {
    self.query = query
    self.documentID = documentID
    self.operationName = operationName
    self.variables = variables
  }
}

extension GraphQLCall {
  /// What the engine is asked; a key of the operation's own goes before that of its request.
  consuming func request(
    allowsMutation: Bool,
    idempotencyKey: String? = nil,
    trace: TraceContext? = nil
  ) -> GraphQLRequest {
    GraphQLRequest(
      query: Array(query.utf8),
      documentID: documentID,
      operationName: operationName,
      variables: variables,
      rows: rows,
      allowsMutation: allowsMutation,
      idempotencyKey: self.idempotencyKey ?? idempotencyKey,
      trace: trace
    )
  }
}

/// What the body of a POST asks for.
enum GraphQLBody: Hashable, Sendable {
  case single(GraphQLCall)
  case batch([GraphQLCall])
}

extension GraphQLBody {
  /// Reads a body; `limit` operations are the most that a batch may have.
  ///
  /// In a long one the lists of objects among the variables are left as they stand.
  init(parsing bytes: [UInt8], batchLimit limit: Int) throws(RequestError) {
    let value: JSONValue
    var rows: [String: JSONRows] = [:]
    do {
      let long =
        bytes.count >= Self.longBody
        ? try JSONObjectWithRows(parsing: bytes, rowsIn: "variables") : nil
      rows = long?.rows ?? [:]
      if let long {
        value = .object(long.object)
      } else {
        value = try JSONValue(parsing: bytes.span)
      }
    } catch {
      throw .notJSON(error)
    }
    guard case .array(let elements) = value else {
      self = .single(try GraphQLCall(decoding: value, rows: rows, at: "$"))
      return
    }
    guard elements.count <= limit else {
      throw RequestError(
        .validationFailed,
        "the batch has \(elements.count) operations, and at most \(limit) are allowed",
        draftStatus: 422
      )
    }
    var calls: [GraphQLCall] = []
    for (index, element) in elements.enumerated() {
      calls.append(try GraphQLCall(decoding: element, at: "$[\(index)]"))
    }
    self = .batch(calls)
  }

  /// From how many bytes on it is worth it.
  private static let longBody = 16_384
}

extension GraphQLCall {
  /// Reads one request; members that it does not know are ignored, as the draft demands.
  ///
  /// `rows` are those that were left in the body.
  init(
    decoding value: JSONValue,
    rows: [String: JSONRows] = [:],
    at path: String
  ) throws(RequestError) {
    guard case .object(let object) = value else {
      throw .malformed("\(GraphQLCall.hasuraType) failed, expected Object", value, at: path)
    }
    self.init()
    self.rows = rows
    documentID = try GraphQLCall.documentID(of: object, at: path)
    switch object["query"] {
    case .string(let text)?: query = text
    case nil where documentID != nil, .null? where documentID != nil: break
    case nil:
      throw .malformed("\(GraphQLCall.hasuraType) failed, key \"query\" not found", at: path)
    case let other?:
      throw .malformed("parsing Text failed, expected String", other, at: "\(path).query")
    }
    switch object["operationName"] {
    case nil, .null?: break
    case .string(let name)?: operationName = name
    case let other?:
      throw .malformed("parsing Text failed, expected String", other, at: "\(path).operationName")
    }
    switch object["variables"] {
    case nil, .null?: break
    case .object(let variables)?: self.variables = variables
    case let other?:
      throw .malformed("parsing HashMap failed, expected Object", other, at: "\(path).variables")
    }
    let extensions = try GraphQLCall.extensions(object["extensions"], at: path)
    idempotencyKey = try IdempotencyKey.read(extensions, at: path)
  }

  /// The parameters of a GET; an empty one counts as absent.
  init(queryString: String?) throws(RequestError) {
    let parameters = QueryString(queryString ?? "")
    func parameter(_ name: String) throws(RequestError) -> String? {
      guard let text = try parameters.value(of: name), !text.isEmpty else { return nil }
      return text
    }
    func json(_ name: String) throws(RequestError) -> JSONValue? {
      guard let text = try parameter(name) else { return nil }
      do {
        return try JSONValue(parsing: text)
      } catch {
        throw RequestError(.invalidJSON, "Error in $: \(error)", path: "$.\(name)")
      }
    }
    var object = JSONObject()
    object["extensions"] = try json("extensions")
    _ = try GraphQLCall.extensions(object["extensions"], at: "$")
    object["query"] = try parameter("query").map(JSONValue.string)
    object["documentId"] = try parameter("documentId").map(JSONValue.string)
    object["operationName"] = try parameter("operationName").map(JSONValue.string)
    object["variables"] = try json("variables")
    try self.init(decoding: .object(object), at: "$")
  }

  /// The member `documentId` of the GraphQL over HTTP draft's persisted documents.
  private static func documentID(
    of object: JSONObject,
    at path: String
  ) throws(RequestError) -> String? {
    switch object["documentId"] {
    case nil, .null?: return nil
    case .string(let id)?:
      if case .string? = object["query"] {
        throw RequestError(
          .badRequest,
          "either \"query\" or \"documentId\" may be given, not both",
          path: path,
          draftStatus: 422
        )
      }
      return id
    case let other?:
      throw .malformed("parsing Text failed, expected String", other, at: "\(path).documentId")
    }
  }

  private static func extensions(
    _ extensions: JSONValue?,
    at path: String
  ) throws(RequestError) -> JSONObject {
    switch extensions {
    case nil, .null?: return JSONObject()
    case .object(let object)?:
      if object["persistedQuery"] != nil { throw .persistedQueriesDisabled }
      return object
    case let other?:
      throw .malformed("parsing HashMap failed, expected Object", other, at: "\(path).extensions")
    }
  }

  /// How Hasura calls a request where one cannot be read.
  private static let hasuraType = "parsing Hasura.GraphQL.Transport.HTTP.Protocol.GQLReq(GQLReq)"
}

extension RequestError {
  fileprivate static func malformed(_ message: String, at path: String) -> RequestError {
    RequestError(.parseFailed, message, path: path, draftStatus: 422)
  }

  fileprivate static func malformed(
    _ expectation: String,
    _ found: JSONValue,
    at path: String
  ) -> RequestError {
    malformed("\(expectation), but encountered \(found.kindName)", at: path)
  }
}
