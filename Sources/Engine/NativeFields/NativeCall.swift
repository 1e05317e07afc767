package import JSON
package import PostgresClient

/// What a request asks of the function behind a ``NativeField``.
package struct NativeCall: Sendable {
  /// The arguments that are given and not null, with the defaults of those that are not given.
  package let arguments: JSONObject
  package let session: Session
  /// What is selected of the objects that the function returns; empty for scalars and rows.
  package let selection: [NativeSelection]
  /// Says that this is the same as an earlier call: from the request's idempotency key and the field.
  package let idempotencyKey: String?
  /// The connections of the loop that the request came by.
  package let pool: PostgresPool
  /// The place of the field in the request, for errors.
  package let path: String

  package init(
    arguments: JSONObject,
    session: Session,
    selection: [NativeSelection] = [],
    idempotencyKey: String? = nil,
    pool: PostgresPool,
    path: String = "$"
  ) {
    self.arguments = arguments
    self.session = session
    self.selection = selection
    self.idempotencyKey = idempotencyKey
    self.pool = pool
    self.path = path
  }

  /// An error at an argument, or at the field.
  package func failure(
    _ message: String,
    at argument: String? = nil,
    code: HasuraError.Code = .validationFailed
  ) -> HasuraError {
    HasuraError(code, message, path: argument.map { "\(path).args.\($0)" } ?? path)
  }

  /// The text of a scalar: strings as they are, numbers in their digits.
  package func text(_ argument: String) -> String? {
    switch arguments[argument] {
    case .string(let text): text
    case .number(let number): number.text
    default: nil
    }
  }

  package func texts(_ argument: String) -> [String]? {
    guard let value = arguments[argument] else { return nil }
    return (value.array ?? [value]).compactMap { $0.string ?? $0.number?.text }
  }

  package func int(_ argument: String) -> Int? { text(argument).flatMap { Int($0) } }
  package func bool(_ argument: String) -> Bool? { arguments[argument]?.bool }

  /// The value of a session variable, by its name in lower case.
  package func sessionVariable(_ name: String) -> String? {
    session.variables.first { $0.name == name }?.value
  }
}

extension HasuraError {
  /// What the function behind a field threw, as the client is told it.
  init(thrownBy call: NativeCall, _ error: any Error) {
    switch error {
    case let error as HasuraError: self = error
    case let error as PostgresError:
      self.init(error)
      path = call.path
    default:
      self.init(.unexpected, "the field could not be answered", path: call.path)
      `internal` = .string("\(error)")
    }
  }
}
