package import Engine

/// All fields of the platform that are Swift functions.
package enum PlatformFields {
  package static func all() -> [NativeField] {
    [.job, .cancelJob, .retryJob, .backtest]
  }

  /// What workers do, by the kind of the job.
  package static func works() -> [JobWork] {
    [.noop, JobWork("backtest") { try await BacktestJob.run($0) }]
  }
}
