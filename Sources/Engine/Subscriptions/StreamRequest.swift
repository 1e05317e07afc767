import PostgresClient
import SQLCompiler

/// What a stream asks for: its plan, and the values of its statements' parameters.
struct StreamRequest: Hashable, Sendable {
  let group: LiveGroupKey
  /// Of each statement; the cursor is where the stream begins.
  let values: [[[UInt8]?]]

  /// The parameters for going on from a cursor.
  func parameters(from cursor: [UInt8]?) -> [Parameters] {
    guard let cursor, let recipe = group.plan.plan.streamCursor else {
      return values.map { Parameters($0) }
    }
    return zip(group.plan.plan.read.statements, values).map { statement, values in
      var values = values
      for (index, slot) in statement.parameters.enumerated()
      where slot.owner == .request && slot.index == recipe {
        values[index] = cursor
      }
      return Parameters(values)
    }
  }
}

extension ReadPlan {
  /// The cursor of the last row of a stream's batch; nil where the batch is empty.
  func cursor(in results: [QueryResult]) -> [UInt8]? {
    guard let stream else { return nil }
    let level = levels[Int(stream.level)]
    let result = results[Int(level.statement)]
    guard let last = level.rows(in: result).last else { return nil }
    return result.bytes(last, Int(stream.cell))
  }
}
