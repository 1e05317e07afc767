import Glibc

/// What a request's operation is known by in a loop's cache.
struct OperationKey: Hashable, Sendable {
  let role: RoleKey
  let operationName: String?
  let query: [UInt8]

  static func == (first: Self, second: Self) -> Bool {
    first.query.hasSameBytes(as: second.query) && first.role == second.role
      && first.operationName == second.operationName
  }

  /// The text goes in as one piece: an array would hand over byte by byte.
  func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(operationName)
    query.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension [UInt8] {
  /// The same as `==`, which compares byte by byte.
  fileprivate func hasSameBytes(as other: [UInt8]) -> Bool {
    count == other.count
      && withUnsafeBytes { first in
        other.withUnsafeBytes { second in
          first.isEmpty || memcmp(first.baseAddress!, second.baseAddress!, first.count) == 0
        }
      }
  }
}
