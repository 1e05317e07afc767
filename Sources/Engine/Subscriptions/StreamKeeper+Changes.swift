import EventLoop
import PostgresClient
import Synchronization

// What the keeper does with changes that it is told.
extension StreamKeeper {
  func adopt(_ map: RelationMap?, of feed: ChangeFeed) {
    let database = feed.database
    maps[database] = map
    feeds[database] = map == nil ? nil : feed
    if map == nil { wanted[database] = nil }
    var changed: Set<LiveGroupKey> = []
    for group in groups.values {
      let watched = maps.watched(by: group.key.plan)?.first
      if group.watched != watched { changed.insert(group.key) }
      group.watched = watched
      for stream in group.streams.values { follow(stream, in: group) }
    }
    want { [changed] keeper in
      let now = keeper.loop.milliseconds
      for group in keeper.groups.values {
        keeper.follow(group.pace.drive(group.watched != nil, now), group)
        // Nobody told of it.
        if changed.contains(group.key) { keeper.follow(group.pace.changed(now), group) }
      }
    }
  }

  private func readAll(of database: DatabaseID) {
    for group in groups.values where group.watched?.database == database {
      follow(group.pace.changed(loop.milliseconds), group)
    }
  }

  /// Begins or ends to look out for rows that a stream has passed.
  func follow(_ stream: Stream, in group: Group) {
    guard let map = map(of: group), let request = stream.request.passed, map.tellsRows,
      map.entries[request.plan.table]?.isTable == true
    else {
      stream.passed?.forget()
      return
    }
    if stream.passed == nil {
      stream.passed = PassedRows(request.plan.order, start: stream.request.start)
    }
  }

  /// What depends on what in the database of a group; nil while its changes are not all told.
  private func map(of group: Group) -> RelationMap? {
    group.watched.flatMap { maps[$0.database] }
  }

  /// Tells the feeds whose inserted rows are needed, and goes on when they know.
  func want(_ then: @escaping @Sendable (isolated StreamKeeper) -> Void) {
    var relations: [DatabaseID: [UInt32: Set<String>]] = [:]
    for group in groups.values {
      // The streams of one plan read one table.
      guard let watched = group.watched, let map = maps[watched.database],
        let plan = group.streams.values.first?.request.passed?.plan
      else { continue }
      for relation in map.entries[plan.table]?.reads ?? [] {
        relations[watched.database, default: [:]][relation, default: []].insert(plan.order.column)
      }
    }
    let changed = feeds.compactMap {
      database,
      feed -> (feed: ChangeFeed, wanted: [UInt32: Set<String>])? in
      let own = relations[database] ?? [:]
      guard own != wanted[database] ?? [:] else { return nil }
      wanted[database] = own
      return (feed, own)
    }
    // All feeds are on one loop.
    guard let loop = changed.first?.feed.loop else { return then(self) }
    let keeper = self
    loop.execute {
      for (feed, own) in changed {
        feed.assumeIsolated { $0.want(own, for: ObjectIdentifier(keeper)) }
      }
      keeper.loop.execute { keeper.assumeIsolated { then($0) } }
    }
  }

  func note(_ changes: [CommittedChange], of database: DatabaseID) {
    for change in changes {
      for group in groups.values {
        guard let watched = group.watched, watched.database == database,
          !watched.relations.isDisjoint(with: change.relations)
        else { continue }
        group.told.add(change.transaction)
        for stream in group.streams.values { note(change, stream, maps[database]) }
        follow(group.pace.changed(loop.milliseconds), group)
      }
    }
  }

  private func note(_ change: CommittedChange, _ stream: Stream, _ map: RelationMap?) {
    guard let plan = stream.request.passed?.plan, stream.passed != nil,
      let reads = map?.entries[plan.table]?.reads
    else { return }
    for (relation, inserted) in change.rows where reads.contains(relation) {
      let key = plan.keyColumns.compactMap { inserted.columns.firstIndex(of: $0) }
      guard key.count == plan.keyColumns.count,
        let cursor = inserted.columns.firstIndex(of: plan.order.column)
      else { continue }
      for row in inserted.rows {
        guard let value = row[cursor] else { continue }
        stream.passed?.inserted(
          key.map { row[$0] },
          cursor: value,
          by: change.transaction,
          isPartOfMore: inserted.rest != nil
        )
      }
      if let rest = inserted.rest { stream.passed?.inserted(rest, by: change.transaction) }
    }
    endIfLost(stream)
  }

  /// Ends a stream that cannot send all that was committed late; its reader is told, and may begin anew.
  func endIfLost(_ stream: Stream) {
    guard let passed = stream.passed else { return }
    if passed.mayHaveLost {
      end(
        stream,
        "a transaction has inserted more than \(ChangeCollector.maximumRows) rows, and the stream had "
          + "passed the place of some of them"
      )
    } else if passed.isOverfull {
      end(
        stream,
        "more than \(PassedRows.maximumRows) rows were committed behind the stream before they were "
          + "read"
      )
    }
  }

  private func end(_ stream: Stream, _ message: String) {
    let error = HasuraError(.unexpected, message)
    let answer = GraphQLAnswer(
      body: error.answer(.graphQL, showingInternal: false),
      httpStatus: error.httpStatus,
      outcome: .requestError(.execution)
    )
    remove(stream.number)
    let (desk, number) = (stream.desk, stream.number)
    desk.loop.execute { desk.assumeIsolated { $0.refuse(number, answer) } }
  }
}

extension StreamKeeper: ChangeListener {
  nonisolated func follow(_ map: RelationMap?, of feed: ChangeFeed) {
    loop.execute { self.assumeIsolated { $0.adopt(map, of: feed) } }
  }

  nonisolated func changed(_ changes: [CommittedChange], of database: DatabaseID) {
    loop.execute { self.assumeIsolated { $0.note(changes, of: database) } }
  }

  nonisolated func mayHaveChanged(_ database: DatabaseID) {
    loop.execute { self.assumeIsolated { $0.readAll(of: database) } }
  }

  nonisolated var isWatching: Bool { hasGroups.load(ordering: .relaxed) }
}
