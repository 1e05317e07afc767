import PostgresClient
import SQLCompiler

extension HasuraError {
  /// What the failure of a mutation's statement is to the client.
  ///
  /// `firstStatement` is where the plan's own statements begin in the batch.
  init(_ error: PostgresError, of plan: Plan, firstStatement: Int) {
    let index = error.statement.map { $0 - firstStatement } ?? -1
    guard plan.read.statements.indices.contains(index) else {
      self.init(error)
      return
    }
    let note = index < plan.read.notes.count ? plan.read.notes[index] : StatementNote()
    if let marker = RefusalMarker(named: error) {
      self.init(marker, note)
    } else {
      self.init(error, statement: plan.queries[index].sql)
      path = note.path
    }
  }

  private init(_ marker: RefusalMarker, _ note: StatementNote) {
    switch (marker, note.noRow?.reason) {
    case (.noRow, .missingRow(let message)?): self.init(.notSupported, message)
    case (.noRow, .precondition(let message)?):
      self.init(.conflict, message, httpStatus: 400)
    default:
      self.init(.permissionError, "check constraint of an insert/update permission has failed")
    }
    path = marker == .noRow ? note.noRow?.path ?? note.path : note.path
  }
}

extension RefusalMarker {
  /// The refusal that an error of PostgreSQL stands for, in whatever language it says so.
  ///
  /// The words around the marker and the quotes are those of `lc_messages`. What refuses it is the
  /// reading of a boolean; a value of the user's that holds the marker fails in that of its own type.
  init?(named error: PostgresError) {
    guard error.sqlstate == "22P02", error.routine == "boolin",
      let marker = RefusalMarker.allCases.first(where: { error.message.contains($0.text) })
    else { return nil }
    self = marker
  }
}
