/// A root field of a mutation.
package enum MutationRequest: Hashable, Sendable {
  /// One write, or none where nothing is to be written; then the answer says so without the database.
  case write(key: String, Write?, table: Int, MutationOutput)
  /// Writes one after the other, each with an answer of its own in a list.
  case writes(key: String, [Write?], table: Int, [WriteField])
  /// What reads, or needs no database.
  case root(RootRequest)
  /// Fields that stand together under one name.
  indirect case namespace(key: String, [MutationRequest])
}

/// What a mutation's root field answers.
package enum MutationOutput: Hashable, Sendable {
  /// `<t>_mutation_response`.
  case response([WriteField])
  /// The row itself, null where there is none.
  case row([FieldRequest])
}

/// A member of `<t>_mutation_response`.
package enum WriteField: Hashable, Sendable {
  case typename(key: String, name: String)
  case affectedRows(key: String)
  case returning(key: String, [FieldRequest])
}

/// What is written into a table, and where the request says so.
package struct Write: Hashable, Sendable {
  package enum Action: Hashable, Sendable {
    case insert(InsertRows)
    case update(UpdateRows)
    case delete(Predicate)
  }

  package var table: Int
  package var action: Action
  /// The place that errors of PostgreSQL are told of.
  package var path: String
  /// What to answer when no row was found; nil where that is an answer.
  package var noRow: WriteRefusal?

  package init(table: Int, action: Action, path: String, noRow: WriteRefusal? = nil) {
    self.table = table
    self.action = action
    self.path = path
    self.noRow = noRow
  }
}

/// Why a request that PostgreSQL could carry out is refused as a whole.
package struct WriteRefusal: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// A row that was written is not one that the role may write.
    case check
    /// What a nested insert depends on was not inserted.
    case missingRow(String)
    /// No row meets the request's own condition.
    case precondition(String)
  }

  package var reason: Reason
  package var path: String

  package init(_ reason: Reason, path: String) {
    self.reason = reason
    self.path = path
  }
}

/// Rows to insert into one table, with what is inserted along with them.
package struct InsertRows: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Any number of rows, a parameter for each column.
    case arrays([ArrayColumn], common: [ColumnValue])
    /// One row after the other, each with the rows that belong to it.
    case objects([InsertObject])
  }

  package var table: Int
  package var content: Content
  package var conflict: ConflictClause?
  /// What an inserted row has to be.
  package var check: Predicate
  /// What a row has to be that a conflict turned into an update; nil where ``check`` holds for it.
  package var updateCheck: Predicate?
  package var path: String

  package init(
    table: Int,
    content: Content,
    conflict: ConflictClause? = nil,
    check: Predicate = .always,
    updateCheck: Predicate? = nil,
    path: String
  ) {
    self.table = table
    self.content = content
    self.conflict = conflict
    self.check = check
    self.updateCheck = updateCheck
    self.path = path
  }
}

/// A column of many rows: its values are the elements of one array.
package struct ArrayColumn: Hashable, Sendable {
  package var column: Int
  package var values: ParameterSlot
  /// An array of booleans, false where a row leaves the column to its default.
  package var presence: ParameterSlot?

  package init(column: Int, values: ParameterSlot, presence: ParameterSlot? = nil) {
    self.column = column
    self.values = values
    self.presence = presence
  }
}

/// One row to insert.
package struct InsertObject: Hashable, Sendable {
  package var columns: [ColumnValue]
  /// What is inserted before it and gives it columns.
  package var before: [RelatedInsert]
  /// What is inserted after it and takes columns from it.
  package var after: [RelatedInsert]
  package var path: String

  package init(
    columns: [ColumnValue],
    before: [RelatedInsert] = [],
    after: [RelatedInsert] = [],
    path: String
  ) {
    self.columns = columns
    self.before = before
    self.after = after
    self.path = path
  }
}

/// Rows that are inserted through a relationship of another row.
package struct RelatedInsert: Hashable, Sendable {
  package var relationship: Int
  package var rows: InsertRows
  package var path: String

  package init(relationship: Int, rows: InsertRows, path: String) {
    self.relationship = relationship
    self.rows = rows
    self.path = path
  }
}

/// A column of one row, and what it is given.
package struct ColumnValue: Hashable, Sendable {
  package var column: Int
  package var slot: ParameterSlot

  package init(column: Int, slot: ParameterSlot) {
    self.column = column
    self.slot = slot
  }
}

/// What happens to a row that is there already.
package struct ConflictClause: Hashable, Sendable {
  /// What tells that it is there.
  package enum Target: Hashable, Sendable {
    /// A constraint by its name.
    case constraint(String)
    /// Columns that have a unique index.
    case columns([Int])
    /// Any of them, where the row is left as it is.
    case any
  }

  package var target: Target
  /// Columns that take the values of the row that was to be inserted; none leaves the row as it is.
  package var columns: [Int]
  /// Columns that the role's permission to update sets.
  package var presets: [ColumnValue]
  /// Which rows may be updated.
  package var filter: Predicate

  package init(
    _ target: Target,
    columns: [Int],
    presets: [ColumnValue] = [],
    filter: Predicate = .always
  ) {
    self.target = target
    self.columns = columns
    self.presets = presets
    self.filter = filter
  }

  var updates: Bool { !columns.isEmpty }
}

/// Which rows change, how, and what they have to be afterwards.
package struct UpdateRows: Hashable, Sendable {
  package var filter: Predicate
  /// Empty where only what belongs to the rows changes.
  package var changes: [ColumnChange]
  package var check: Predicate
  /// What happens to rows that belong to them, in this order, afterwards.
  package var related: [RelatedWrite]

  package init(
    filter: Predicate,
    changes: [ColumnChange],
    check: Predicate = .always,
    related: [RelatedWrite] = []
  ) {
    self.filter = filter
    self.changes = changes
    self.check = check
    self.related = related
  }
}

/// How a column changes.
package struct ColumnChange: Hashable, Sendable {
  package var column: Int
  package var change: ChangeOperator
  /// The operand; not looked at by ``ChangeOperator/useDefault``.
  package var slot: ParameterSlot

  package init(column: Int, change: ChangeOperator, slot: ParameterSlot) {
    self.column = column
    self.change = change
    self.slot = slot
  }
}

/// The operators of updates; the raw value is the name in requests.
package enum ChangeOperator: String, Hashable, Sendable {
  case set = "_set"
  case increment = "_inc"
  case prepend = "_prepend"
  case append = "_append"
  case deleteKey = "_delete_key"
  case deleteElement = "_delete_elem"
  case deleteAtPath = "_delete_at_path"

  // Of the query API alone.
  case multiply = "$mul"
  case useDefault = "$default"

  /// Those of GraphQL, in the order in which Hasura's messages list them.
  package static let graphQL: [ChangeOperator] = [
    .set, .increment, .prepend, .append, .deleteKey, .deleteElement, .deleteAtPath,
  ]
}
