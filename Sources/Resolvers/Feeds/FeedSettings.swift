package import PostgresClient

/// Where feeds find what they read, and where they write.
package struct FeedSettings: Sendable {
  /// The folder that names of files and folders are of; without one no feed can be started.
  package var folder: FilePath?
  /// The folder with a configuration for each instrument.
  package var instruments = FilePath("config/instruments")
  /// The folder of checkpoints; nil where none are kept.
  package var cache: FilePath?
  /// How many bytes of records lie between two checkpoints.
  package var checkpointBytes: UInt64 = 128 << 20
  /// How many feeds may run at once: each has a thread.
  package var maximumFeeds = 64
  /// The database that their rows are in.
  package var database: PostgresConfiguration?

  package init() {}
}

/// Why a feed cannot go on, in words that name the file, the place or the setting.
package struct FeedFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
