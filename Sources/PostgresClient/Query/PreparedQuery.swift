import Synchronization

/// A statement that connections prepare when they first meet it and then know by its name.
///
/// Copies of one value are the same statement; two values with equal text are two statements.
/// Parameters are `$1`, `$2`, … with their types inferred by the server or cast in the text.
package struct PreparedQuery: Sendable, Hashable {
  /// Unique in the process.
  package let id: UInt64
  package let sql: String
  /// The name on every connection; short enough to be stored without an allocation.
  let name: String

  package init(_ sql: String) {
    id = Self.nextID.add(1, ordering: .relaxed).newValue
    self.sql = sql
    name = "q" + String(id, radix: 36)
  }

  package static func == (first: Self, second: Self) -> Bool { first.id == second.id }

  package func hash(into hasher: inout Hasher) { hasher.combine(id) }

  private static let nextID = Atomic<UInt64>(0)
}
