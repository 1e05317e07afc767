import PostgresClient
import SQLCompiler

/// What a stream asks for: its plan, and the values of its statements' parameters.
struct StreamRequest: Hashable, Sendable {
  let group: LiveGroupKey
  /// Of each statement; the cursor is where the stream begins.
  let values: [[[UInt8]?]]
  /// How rows are fetched that it has passed; nil where they have no key.
  var passed: PassedRowsRequest?

  /// Where the stream begins, as its client has written it.
  var start: [UInt8]? {
    guard let recipe = group.plan.plan.streamCursor else { return nil }
    for (statement, values) in zip(group.plan.plan.read.statements, values) {
      for (index, slot) in statement.parameters.enumerated()
      where slot.owner == .request && slot.index == recipe {
        return values[index]
      }
    }
    return nil
  }

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

/// The same for rows that a stream has passed.
struct PassedRowsRequest: Hashable, Sendable {
  let plan: PassedRowsPlan
  let values: [[[UInt8]?]]

  /// The parameters for the rows of some keys up to a place.
  func parameters(_ batch: PassedRows.Batch) -> [Parameters] {
    let plan = plan.plan.plan
    var arrays: [[UInt8]] = []
    for part in plan.streamKeys.indices {
      var literal: [UInt8] = [UInt8(ascii: "{")]
      for (index, key) in batch.keys.enumerated() {
        if index > 0 { literal.append(UInt8(ascii: ",")) }
        if let text = key[part] {
          literal.appendArrayElement(text)
        } else {
          literal += "NULL".utf8
        }
      }
      literal.append(UInt8(ascii: "}"))
      arrays.append(literal)
    }
    return zip(plan.read.statements, values).map { statement, values in
      var values = values
      for (index, slot) in statement.parameters.enumerated() where slot.owner == .request {
        if slot.index == plan.streamCursor { values[index] = batch.place }
        if let part = plan.streamKeys.firstIndex(of: slot.index) { values[index] = arrays[part] }
      }
      return Parameters(values)
    }
  }

  static func == (first: Self, second: Self) -> Bool {
    first.plan.plan == second.plan.plan && first.values == second.values
  }

  func hash(into hasher: inout Hasher) { hasher.combine(plan.plan) }
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
