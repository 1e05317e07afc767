package import Engine
import JSON
import PostgresClient

/// The fields that start, steer and list feeds.
package enum FeedFields {
  package static func all(_ hub: FeedHub) -> [NativeField] {
    [
      feeds, start(hub), order("stop_feed", "end a feed", hub) { _ in .stop },
      order("pause_feed", "let a feed stand where it is", hub) { _ in .pause },
      order(
        "resume_feed",
        "let a feed go on that stands, at another speed if one is given",
        hub,
        [.optional("speed", "numeric", "0 for as fast as it is read")]
      ) { call throws(HasuraError) in .resume(speed: try FeedSpec.speed(call)) },
      order(
        "seek_feed",
        "let a feed go on from a time of its records",
        hub,
        [.optional("to", "timestamptz"), .optional("to_ns", "bigint", "nanoseconds since 1970")]
      ) { call throws(HasuraError) in
        guard let time = try FeedSpec.time(call, "to") else {
          throw call.failure("a time is missing: to or to_ns")
        }
        return .seek(time)
      },
    ]
  }

  /// `feeds`: the newest session of each name, those that run first.
  static let feeds = NativeField(
    "feeds",
    of: [.query],
    description: "the feeds by their names, each with its newest session",
    arguments: [.optional("feed", "String", "only the one of this name")],
    returns: .nonNull(.list(.nonNull(.row(of: Platform.feedSession)))),
    body: .call { call in
      var parameters = Parameters()
      if let name = call.text("feed") {
        parameters.append(text: name)
      } else {
        parameters.appendNull()
      }
      let rows = try await call.pool.execute(
        QueryBatch(
          PreparedQuery(
            """
            SELECT DISTINCT ON (feed) session_id FROM control.ingestion_live_session
            WHERE feed IS NOT NULL AND ($1::text IS NULL OR feed = $1)
            ORDER BY feed, started_at DESC, session_id
            """
          ),
          parameters
        ),
        access: .read
      )[0]
      return .rows((0..<rows.rowCount).compactMap { rows.string($0, 0) })
    }
  )

  private static func start(_ hub: FeedHub) -> NativeField {
    NativeField(
      "start_feed",
      of: [.mutation],
      description:
        "start a feed; where it cannot begin, its status is failed and its reason says why",
      arguments: [
        .required("feed", "String", "its name, which subscribers ask for"),
        .required("instrument", "String", "whose configuration its grid has"),
        .optional("file", "String", "a DBN file, plain or compressed, below the folder of feeds"),
        .optional("folder", "String", "a folder whose files are read by name, and those that come"),
        .optional(
          "speed",
          "numeric",
          default: 1,
          "how much faster than it happened; 0 for as fast as it is read"
        ),
        .optional("from", "timestamptz", "where it begins; by default at the first record"),
        .optional("from_ns", "bigint", "the same in nanoseconds since 1970"),
        .optional("gold", "Boolean", default: true, "whether the derived columns are made"),
        .optional(
          "record",
          "Boolean",
          default: false,
          "whether its bins become rows of market_data.grid_bins"
        ),
        .optional("bars", "String", "1s to 1h: makes bars of trades, rows of market_data.ohlcv"),
        .optional("instrument_id", "bigint", "by default that of the first order"),
        .optional("publisher_id", "Int"),
        .optional("workspace_id", "uuid", "whose feed it is; by default yours, or the default one"),
      ],
      returns: .row(of: Platform.feedSession),
      body: .call { call in
        let spec = try FeedSpec(call)
        if let refusal = hub.refusal { throw call.failure(refusal, code: .notSupported) }
        let caller = Caller(call)
        let session = try await call.pool.withTransaction { connection in
          if spec.bars != nil {
            let known = try await connection.query(
              "SELECT 1 FROM market_data.symbols WHERE symbol = $1",
              [spec.instrument]
            )
            guard known.rowCount == 1 else {
              throw call.failure(
                "bars are of symbols in market_data.symbols, and '\(spec.instrument)' is none",
                at: "bars"
              )
            }
          }
          return try await FeedStore.add(
            spec,
            workspace: try await caller.workspace(call, connection),
            actor: caller.actor,
            holder: hub.holder,
            connection
          )
        }
        guard let session else {
          throw call.failure(
            "a feed of the name '\(spec.name)' runs: stop it first",
            at: "feed",
            code: .conflict
          )
        }
        _ = await hub.start(spec, session: session)
        return .row([session])
      }
    )
  }

  /// A field that gives an order to a feed and answers with its row.
  private static func order(
    _ name: String,
    _ description: String,
    _ hub: FeedHub,
    _ arguments: [NativeArgument] = [],
    _ order: @escaping @Sendable (NativeCall) throws(HasuraError) -> FeedOrder
  ) -> NativeField {
    NativeField(
      name,
      of: [.mutation],
      description: description,
      arguments: [.required("feed", "String")] + arguments,
      returns: .row(of: Platform.feedSession),
      body: .call { call in
        let order = try order(call)
        let feed = try hub.feed(for: call)
        let caller = Caller(call)
        try await call.pool.withConnection(access: .write) { connection in
          let rows = try await connection.query(
            "SELECT workspace_id FROM control.ingestion_live_session WHERE session_id = $1",
            [feed.session]
          )
          guard let workspace = rows.string(0, 0) else { return }
          try await caller.check(workspace: workspace, call, connection)
        }
        guard !feed.mailbox.isClosed else {
          throw call.failure("the feed '\(feed.spec.name)' has ended", at: "feed", code: .conflict)
        }
        await feed.send(order)
        if order == .stop { await feed.mailbox.waitForEnd() }
        return .row([feed.session])
      }
    )
  }
}

extension FeedHub {
  /// The feed that a call names.
  func feed(for call: NativeCall) throws(HasuraError) -> Feed {
    let name = call.text("feed") ?? ""
    guard let feed = feed(named: name) else {
      throw call.failure(
        "there is no feed '\(name)' on this server; start_feed starts one",
        at: "feed",
        code: .notFound
      )
    }
    return feed
  }
}
