/// What `apus` can be told to do.
enum Command: String, CaseIterable, Sendable {
  case serve
  case migrateUp = "migrate up"
  case migrateDown = "migrate down"
  case migrateStatus = "migrate status"
  case metadataApply = "metadata apply"
  case metadataExport = "metadata export"
  case metadataClear = "metadata clear"
  case schemaPrint = "schema print"
  case sampleLoad = "sample load"
  case version

  /// The words that select it on the command line.
  var words: [String] { rawValue.split(separator: " ").map(String.init) }

  var summary: String {
    switch self {
    case .serve: "Serve PostgreSQL as GraphQL over HTTP."
    case .migrateUp: "Apply the migrations that the database does not have yet."
    case .migrateDown: "Take back the last migration."
    case .migrateStatus: "List the migrations and which of them are applied."
    case .metadataApply: "Replace the metadata in the database by those of the metadata folder."
    case .metadataExport: "Write the metadata of the database into the metadata folder."
    case .metadataClear: "Empty the metadata in the database."
    case .schemaPrint: "Print the GraphQL schema of a role."
    case .sampleLoad: "Load the sample data, unless they are there."
    case .version: "Print the version."
    }
  }

  /// The command that the words begin with, if any.
  static func named(_ words: [String]) -> Command? {
    allCases.first { $0.words == words }
  }

  /// Commands that share a first word: `migrate` has three.
  static func group(_ word: String) -> [Command] {
    allCases.filter { $0.words.count > 1 && $0.words.first == word }
  }
}
