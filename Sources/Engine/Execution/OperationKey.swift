/// What a request's operation is known by in a loop's cache.
struct OperationKey: Hashable, Sendable {
  let role: RoleKey
  let operationName: String?
  let query: [UInt8]
}
