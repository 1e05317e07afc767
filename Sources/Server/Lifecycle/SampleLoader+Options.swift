import PostgresClient
import Resolvers

extension SampleLoader {
  /// Loads from the folder that is configured, and keeps what it fetches in the data folder.
  init(_ options: OptionValues, pool: PostgresPool) {
    self.init(
      documents: FilePath(options.text(.sampleDirectory) ?? "SampleData"),
      cache: FilePath(options.text(.dataDirectory) ?? ".apus").appending("sample"),
      pool: pool
    )
  }
}
