/// What a request's operation is known by in a loop's cache.
struct OperationKey: Hashable, Sendable {
  let role: RoleKey
  let operationName: String?
  let query: [UInt8]

  /// The text goes in as one piece: an array would hand over byte by byte.
  func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(operationName)
    query.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
