import Engine
import HTTP

/// The header by which a client says that a mutation is to happen once, however often it is sent.
enum IdempotencyKey {
  private static let maximumLength = 255

  /// The key of a request; nil where it has none.
  static func read(_ headers: HTTPHeaders) throws(RequestError) -> String? {
    guard let key = headers["idempotency-key"] else { return nil }
    let isPrintable = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPrintable, !key.isEmpty, key.utf8.count <= maximumLength else {
      throw RequestError(
        .badRequest,
        "Idempotency-Key has to be 1 to \(maximumLength) printable ASCII characters without spaces",
        status: 400
      )
    }
    return key
  }
}
