import EventLoop
import PostgresClient
import SQLCompiler

// Readings that fail.
extension LiveQueryKeeper {
  /// A statement that fails takes all of its batch with it, and is to be its own cohort's affair.
  func recover(
    from error: PostgresError,
    _ cohorts: [LiveCohort],
    of group: LiveGroup
  ) async {
    let plan = group.key.plan.plan
    if cohorts.count > 1, !error.isPassing {
      let failed = error.statement.map { $0 / plan.queries.count }
      for (index, cohort) in cohorts.enumerated() where index == failed {
        var own = error
        own.statement = error.statement.map { $0 % plan.queries.count }
        publish(failure: own, of: cohort, in: group)
        readFailuresLater(group)
      }
      let others = cohorts.enumerated().filter { $0.offset != failed }.map(\.element)
      if failed != nil, group.failuresInARow < 2 {
        group.failuresInARow += 1
        await refresh(others, of: group)
        group.failuresInARow = 0
      } else {
        for cohort in others { await refresh([cohort], of: group) }
      }
      return
    }
    // While the database is away those who have a result keep it: it is what was true last.
    for cohort in cohorts where !error.isPassing || cohort.newest == nil {
      publish(failure: error, of: cohort, in: group)
    }
    if error.isPassing { retry(group) } else { readFailuresLater(group) }
  }

  /// Reads a group once more in a while: the database did not answer.
  private func retry(_ group: LiveGroup) {
    guard !group.isRetrying else { return }
    group.isRetrying = true
    let key = group.key
    loop.spawn {
      guard (try? await self.loop.sleep(for: .milliseconds(250))) != nil else { return }
      await self.readAgain(key)
    }
  }

  private func readAgain(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    group.isRetrying = false
    follow(group.pace.changed(loop.milliseconds), group)
  }

  private func publish(failure error: PostgresError, of cohort: LiveCohort, in group: LiveGroup) {
    let plan = group.key.plan.plan
    let statement = error.statement.flatMap { index in
      plan.queries.indices.contains(index) ? plan.queries[index].sql : nil
    }
    let answer = HasuraError(error, statement: statement)
    if !cohort.isFailed { group.failedReadings.reset() }
    publish(
      answer.answer(.graphQL, showingInternal: group.key.showsInternal),
      of: cohort,
      isFailure: true
    )
  }

  /// Has those that failed read once more in a while, for no change may come that would have it done.
  private func readFailuresLater(_ group: LiveGroup) {
    // Else the clock does it, or the reading that is due.
    guard group.pace.isDriven, groups[group.key] === group else { return }
    let key = group.key
    group.failedReadings.callLater(on: loop) { [unowned self] in
      assumeIsolated { $0.readFailures(key) }
    }
  }

  private func readFailures(_ key: LiveGroupKey) {
    guard let group = groups[key] else { return }
    group.failedReadings.begin()
    for cohort in group.cohorts.values where cohort.isFailed { group.demand(cohort) }
    start(group)
  }
}
