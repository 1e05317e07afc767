package import Engine
import JSON

/// All fields of the platform that are Swift functions.
package enum PlatformFields {
  package static func all(_ settings: ProviderSettings, _ feeds: FeedHub) -> [NativeField] {
    [
      .job, .cancelJob, .retryJob, .backtest(settings), .ingestMarketData(settings),
      .ingestBroker(settings),
      .lineage, .rollbackDataset, .promote, .activateAlias, .servingDiff, .startModelingSession,
      .commitModelingStep, .abandonModelingSession,
    ] + FeedFields.all(feeds) + GridFields.all(feeds)
  }

  /// What workers do, by the kind of the job.
  package static func works(
    _ settings: ProviderSettings,
    _ client: ProviderClient
  ) -> [JobWork] {
    [
      .noop,
      JobWork("backtest") { context in
        context.spec["engine"] == "lean"
          ? try await LeanRun.run(context, settings) : try await BacktestJob.run(context, settings)
      },
      JobWork("ingest") { context in
        switch context.spec["task"]?.string {
        case "market_data": return try await MarketIngestion.run(context, settings, client)
        case "broker": return try await BrokerIngestion.run(context, settings, client)
        case let other:
          throw JobFailure(
            "bad-spec",
            "there is no task '\(other ?? "")' of ingestion",
            retries: false
          )
        }
      },
    ]
  }
}
