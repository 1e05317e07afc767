/// A value that a plan leaves open: the index of its recipe.
///
/// A slot appears in SQL text as `$n` of whichever statements need it; its value is bound, never
/// written into the text.
package struct ParameterSlot: Hashable, Sendable {
  /// Whose recipes the index is one of.
  package enum Owner: Hashable, Sendable {
    /// The plan's, for what the request says.
    case request
    /// The role's, for what its permissions say.
    case role
  }

  package let index: Int
  package let owner: Owner

  package init(_ index: Int, of owner: Owner = .request) {
    self.index = index
    self.owner = owner
  }
}

/// A number of rows, as `limit` and `offset` have it.
package enum RowCount: Hashable, Sendable {
  /// Written in the document, so part of the plan: PostgreSQL plans better for a number it knows.
  case literal(Int)
  case parameter(ParameterSlot)
  /// The value, or the number where that is less or there is no value.
  case parameterAtMost(ParameterSlot, Int)

  /// The number of rows within a role's limit.
  func limited(to limit: Int) -> RowCount {
    switch self {
    case .literal(let number): .literal(min(number, limit))
    case .parameter(let slot): .parameterAtMost(slot, limit)
    case .parameterAtMost(let slot, let number): .parameterAtMost(slot, min(number, limit))
    }
  }
}
