import Engine
import HTTP
import JSON

/// How a client says that a mutation is to happen once, however often it is sent: by a header, or where
/// operations have none of their own by the member `idempotencyKey` of their `extensions`.
enum IdempotencyKey {
  private static let maximumLength = 255

  /// What the answer to a repetition has in its head.
  static let replayHeader = (name: "idempotent-replayed", value: "true")

  /// The key of a request; nil where it has none.
  static func read(_ headers: HTTPHeaders) throws(RequestError) -> String? {
    guard let key = headers["idempotency-key"] else { return nil }
    guard isKey(key) else { throw refusal("Idempotency-Key", at: "$") }
    return key
  }

  /// Refuses a key where requests are carried out as often as they are sent.
  static func refuse(_ headers: HTTPHeaders) throws(RequestError) {
    guard headers["idempotency-key"] != nil else { return }
    throw RequestError(
      .badRequest,
      "Idempotency-Key counts for GraphQL alone; here a repeated request would be carried out again",
      path: "$",
      status: 400
    )
  }

  /// The key among the extensions of an operation.
  static func read(_ extensions: JSONObject, at path: String) throws(RequestError) -> String? {
    switch extensions["idempotencyKey"] {
    case nil, .null?: return nil
    case .string(let key)? where isKey(key): return key
    default: throw refusal("idempotencyKey", at: "\(path).extensions.idempotencyKey")
    }
  }

  private static func isKey(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.isEmpty
      && text.utf8.count <= maximumLength
  }

  private static func refusal(_ name: String, at path: String) -> RequestError {
    RequestError(
      .badRequest,
      "\(name) has to be 1 to \(maximumLength) printable ASCII characters without spaces",
      path: path,
      status: 400
    )
  }
}
