import Engine
import HTTP
import JSON
import PostgresClient

/// Errors in the words that the operator sees, on one line; none of them repeats a secret.
enum ErrorText {
  static func text(of error: any Error) -> String {
    let text =
      switch error {
      case let error as HasuraError:
        error.internal.map { "\(error.message): \($0.string ?? $0.text)" } ?? error.message
      case let error as PostgresError:
        error.detail.map { "\(error.message) (\($0))" } ?? error.message
      case let error as HTTPServerError where error.isInUse:
        "\(error); stop what listens there, or choose another port with --server-port"
      case is CancellationError: "stopped"
      default: "\(error)"
      }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
