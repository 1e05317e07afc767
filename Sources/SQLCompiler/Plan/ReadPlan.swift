/// How a query operation is answered: SQL statements, and the JSON that their rows become.
///
/// One statement fetches one nesting level of a root field. The output is flat: objects are ranges
/// of `fields`, so that the encoder walks arrays of plain values without reference counting.
package struct ReadPlan: Sendable {
  package var statements: [Statement] = []
  /// By statement: the root field that it belongs to.
  package var origins: [StatementOrigin] = []
  package var levels: [Level] = []
  package var fields: [OutputField] = []
  /// Numbers of cells that hold a row's key, for the ranges in `OutputField` and `Level`.
  package var keyCells: [Int32] = []
  /// Members whose values other statements fetch by what the rows of a level have.
  package var remotes: [RemoteJoin] = []
  /// Text of the output that does not depend on rows: `{"id":`, `,"name":`.
  package var constants: [UInt8] = []
  /// The members of `data`.
  package var root: Range<Int32> = 0..<0
  /// The plan's one statement for several requests at once, where it finds one row by its key.
  package var gathered: GatheredStatement?
  /// Of a mutation: one for each statement.
  package var notes: [StatementNote] = []
  /// Of a mutation: the values of the last external members, numbers of rows that were written.
  package var counts: [[RowCountSource]] = []
  /// Of a stream: where its rows tell how far they go.
  package var stream: StreamCell?
  /// Whether a function is called that may change something.
  package var mayWrite = false

  package init() {}
}

/// What the rows of a level ask of another statement.
package struct RemoteJoin: Hashable, Sendable {
  /// ``RemoteField/index`` of the member.
  package var field: Int
  package var level: Int32
  /// Cells of the level's rows that hold the key; where one is NULL nothing belongs to the row.
  package var keys: Range<Int32>

  package init(field: Int, level: Int32, keys: Range<Int32>) {
    self.field = field
    self.level = level
    self.keys = keys
  }
}

/// The root field that a statement belongs to.
package struct StatementOrigin: Hashable, Sendable {
  /// Counts the root fields that have statements.
  package var field: Int32
  /// The table of the field, whose source answers it.
  package var table: Int32
}

/// The cell with the text of the cursor in the rows of a stream; that of the last row is the next one.
package struct StreamCell: Hashable, Sendable {
  package var level: Int32
  package var cell: Int32
}

/// What the errors of a mutation's statement are told as.
package struct StatementNote: Hashable, Sendable {
  package var path = "$"
  /// What ``RefusalMarker/noRow`` stands for.
  package var noRow: WriteRefusal?

  package init(path: String = "$", noRow: WriteRefusal? = nil) {
    self.path = path
    self.noRow = noRow
  }
}

/// Where a statement's result tells how many rows it wrote.
package struct RowCountSource: Hashable, Sendable {
  package var statement: Int32
  /// A cell of the first row; nil where the number is that of the command's tag.
  package var cell: Int32?

  package init(statement: Int32, cell: Int32?) {
    self.statement = statement
    self.cell = cell
  }
}

/// SQL text with the slots whose values are its parameters, in order.
package struct Statement: Hashable, Sendable {
  package var sql: String
  package var parameters: [ParameterSlot]

  package init(sql: String, parameters: [ParameterSlot]) {
    self.sql = sql
    self.parameters = parameters
  }
}

/// A look-up by key that serves several requests at once.
///
/// Each parameter is an array with an element for each request. The cells are those of the statement
/// for one request, and after them the number of the request, counted from one.
package struct GatheredStatement: Hashable, Sendable {
  package var sql: String
  /// The slots whose values the arrays hold, in the order of the parameters.
  package var keys: [ParameterSlot]
  /// The cell with the number of the request.
  package var numberCell: Int

  package init(sql: String, keys: [ParameterSlot], numberCell: Int) {
    self.sql = sql
    self.keys = keys
    self.numberCell = numberCell
  }
}

/// The rows of one statement, and the object that each becomes.
package struct Level: Hashable, Sendable {
  package var statement: Int32
  /// Where a statement fetches several levels: the number in the first cell of this level's rows.
  ///
  /// The rows of a level stand side by side, those of the lower number first.
  package var number: Int32?
  /// Cells of the parent's key in this level's rows; empty for a root field's level.
  package var keys: Range<Int32>
  package var fields: Range<Int32>
}

/// A member of an output object: a constant prefix with its name, and where its value comes from.
package struct OutputField: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// A cell of the row.
    case cell(Int32, ValueEncoding)
    /// A cell that is 0 where there is no row.
    case count(Int32)
    /// A boolean cell that is false where there is no row.
    case flag(Int32)
    /// A cell of text without escapes, empty where there is no row.
    case text(Int32)
    /// The prefix holds the whole member.
    case constant
    /// A JSON object out of the same row.
    case nested(Range<Int32>)
    /// The rows of a level whose key equals this row's, as an array.
    case many(level: Int32, keys: Range<Int32>)
    /// The first such row as an object; null where there is none.
    case one(level: Int32, keys: Range<Int32>)
    /// The aggregates of such rows: one row, whose absence means that there were no rows.
    case aggregate(level: Int32, keys: Range<Int32>, fields: Range<Int32>)
    /// What the caller writes.
    case external(Int32)
    /// What the caller writes for the row: a join of ``ReadPlan/remotes``.
    case remote(Int32)
    /// An array whose elements are members without names.
    case list(Range<Int32>)
  }

  package var prefix: Range<Int32>
  package var content: Content
}
