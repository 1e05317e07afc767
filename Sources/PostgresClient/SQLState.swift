/// The five characters by which PostgreSQL names a condition.
///
/// Only those that code of ours tells apart have a name here; every other is a literal:
/// `error.sqlstate == "40P01"`.
package struct SQLState: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let description: String

  package init(_ code: String) {
    description = code
  }

  package init(stringLiteral code: String) {
    description = code
  }

  /// The first two characters: the class, such as `23` for every violated constraint.
  package var classCode: Substring { description.prefix(2) }

  package static let connectionException: Self = "08000"
  package static let cannotConnect: Self = "08001"
  package static let connectionFailure: Self = "08006"
  package static let featureNotSupported: Self = "0A000"
  package static let uniqueViolation: Self = "23505"
  package static let invalidCharacterInText: Self = "22021"
  package static let invalidStatementName: Self = "26000"
  package static let protocolViolation: Self = "08P01"
  package static let programLimitExceeded: Self = "54000"
  package static let tooManyConnections: Self = "53300"
  package static let queryCanceled: Self = "57014"
  package static let adminShutdown: Self = "57P01"
  package static let crashShutdown: Self = "57P02"
  package static let cannotConnectNow: Self = "57P03"
  package static let internalError: Self = "XX000"
}
