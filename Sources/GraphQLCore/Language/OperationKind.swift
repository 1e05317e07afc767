/// What an operation does (§2.3).
package enum OperationKind: String, Hashable, Sendable {
  case query, mutation, subscription
}
