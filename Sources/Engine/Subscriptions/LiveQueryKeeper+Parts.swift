import EventLoop
import PostgresClient
import SQLCompiler

// Live queries whose fields are of several databases.
extension LiveQueryKeeper {
  /// Reads cohorts, of each database by one batch of statements.
  func refreshParts(_ cohorts: [LiveCohort], of group: LiveGroup) async {
    let plan = group.key.plan.plan
    let count = plan.queries.count
    var results = [QueryResult?](repeating: nil, count: cohorts.count * count)
    var isLate = false
    do {
      for (index, part) in group.key.plan.parts.enumerated() {
        let snapshot = try await read(part, cohorts, of: group, into: &results)
        if let snapshot, !group.told[index].areSeen(by: snapshot) { isLate = true }
      }
    } catch {
      return await recover(from: error, cohorts, of: group)
    }
    for (index, cohort) in cohorts.enumerated() {
      let own = results[(index * count)..<((index + 1) * count)].compactMap { $0 }
      publish(ResponseEncoder.encode(plan, own, size: cohort.bodySize), of: cohort)
    }
    // What was told a moment too early is read once more.
    if isLate { follow(group.pace.changed(loop.milliseconds), group) }
  }

  /// Reads what one database has of all cohorts; what it saw at least, where changes are told.
  ///
  /// A statement that fails is told by its place among those of all databases.
  private func read(
    _ part: LivePart,
    _ cohorts: [LiveCohort],
    of group: LiveGroup,
    into results: inout [QueryResult?]
  ) async throws(PostgresError) -> DatabaseSnapshot? {
    let plan = group.key.plan.plan
    let count = plan.queries.count
    let isWatched = group.pace.isDriven
    var batch = QueryBatch()
    var places: [Int] = []
    if isWatched { batch.append(LivePart.snapshotQuery) }
    for (index, cohort) in cohorts.enumerated() {
      for statement in part.statements {
        batch.append(plan.queries[statement], cohort.key.parameters[statement])
        places.append(index * count + statement)
      }
    }
    statements += batch.count
    let first = isWatched ? 1 : 0
    let answers: [QueryResult]
    do {
      answers = try await pool(of: part.database).execute(
        batch,
        access: plan.read.mayWrite ? .write : .read
      )
    } catch {
      var error = error
      error.statement = error.statement.flatMap { $0 < first ? nil : places[$0 - first] }
      throw error
    }
    for (place, answer) in zip(places, answers[first...]) { results[place] = answer }
    return isWatched ? answers[0].bytes(0, 0).flatMap { DatabaseSnapshot($0) } : nil
  }
}
