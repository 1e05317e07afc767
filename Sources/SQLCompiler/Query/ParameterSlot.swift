/// A value that a plan leaves open: the index of its recipe in the plan.
///
/// A slot appears in SQL text as `$n` of whichever statements need it; its value is bound, never
/// written into the text.
package struct ParameterSlot: Hashable, Sendable {
  package let index: Int

  package init(_ index: Int) {
    self.index = index
  }
}

/// A number of rows, as `limit` and `offset` have it.
package enum RowCount: Hashable, Sendable {
  /// Written in the document, so part of the plan: PostgreSQL plans better for a number it knows.
  case literal(Int)
  case parameter(ParameterSlot)
}
