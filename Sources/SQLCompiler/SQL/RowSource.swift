/// The rows of one level of a query, such that every statement that needs them can write them again.
///
/// A level's statement selects the rows whose key is among the keys of its parent's rows, so it
/// repeats the parent's selection. Both have to select the same: the compiler makes the order of a
/// cut selection total before it writes either.
struct RowSource {
  /// How rows of one level belong to rows of another.
  struct Link {
    /// The index of the parent among the sources.
    var source: Int
    /// Which columns of the two are equal.
    ///
    /// Rows that a function makes of the parent's row have none: they come with their parent's key.
    /// Those of a native query are matched like a table's.
    var columns: [BoundRelationship.ColumnPair]
    /// Whether a cut per parent fetches few of many rows, so that each parent's are found by itself.
    var isSelective: Bool
  }

  var table: Int
  /// The function that returns the rows; nil for those of the table itself.
  var function: FunctionCall?
  var rows: RowSelection
  var parent: Link?
  /// Where the rows are kept, if they are not the table's as they are now.
  var capture: RowCapture?
  /// Whether the rows are few by their own limit or key, or by that of a parent.
  var isBounded: Bool

  /// Whether a function makes the rows of each row of the parent.
  var isComputed: Bool { function != nil && parent?.columns.isEmpty == true }
}
