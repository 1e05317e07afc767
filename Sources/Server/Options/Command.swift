/// What `apus` can be told to do.
enum Command: String, CaseIterable, Sendable {
  case serve
  case worker
  case migrateUp = "migrate up"
  case migrateDown = "migrate down"
  case migrateStatus = "migrate status"
  case metadataApply = "metadata apply"
  case metadataExport = "metadata export"
  case metadataDiff = "metadata diff"
  case metadataClear = "metadata clear"
  case schemaPrint = "schema print"
  case sampleLoad = "sample load"
  case presetList = "preset list"
  case presetRun = "preset run"
  case jobWatch = "job watch"
  case dbnInfo = "dbn info"
  case dbnCat = "dbn cat"
  case book
  case version

  /// The words that select it on the command line.
  var words: [String] { rawValue.split(separator: " ").map(String.init) }

  var summary: String {
    switch self {
    case .serve: "Serve PostgreSQL as GraphQL over HTTP."
    case .worker: "Do the jobs of the queue, without serving."
    case .migrateUp: "Apply the migrations that the database does not have yet."
    case .migrateDown: "Take back the last migration."
    case .migrateStatus: "List the migrations and which of them are applied."
    case .metadataApply: "Replace the metadata in the database by those of the metadata folder."
    case .metadataExport: "Write the metadata of the database into the metadata folder."
    case .metadataDiff: "Show what metadata apply would change; the exit status is 1 if anything."
    case .metadataClear: "Empty the metadata in the database."
    case .schemaPrint: "Print the GraphQL schema of a role."
    case .sampleLoad: "Load the sample data, unless they are there."
    case .presetList: "List the saved queries that a running server lets you run."
    case .presetRun: "Run a saved query on a running server and print its rows."
    case .jobWatch: "Follow a job of a running server to its end."
    case .dbnInfo: "Say what a DBN file holds."
    case .dbnCat: "Print the records of a DBN file."
    case .book: "Build the order book and the grid of a DBN file, and print what came out."
    case .version: "Print the version."
    }
  }

  /// What stands for the word that has to follow the command; nil where none does.
  var operand: String? {
    switch self {
    case .presetRun: "NAME"
    case .jobWatch: "ID"
    case .dbnInfo, .dbnCat, .book: "FILE"
    default: nil
    }
  }

  /// Commands that ask a running server, and no database.
  static let remote: Set<Command> = [.presetList, .presetRun, .jobWatch]

  /// Commands that read a file, and nothing else.
  static let files: Set<Command> = [.dbnInfo, .dbnCat, .book]

  /// The command that the words begin with, if any.
  static func named(_ words: [String]) -> Command? {
    allCases.first { $0.words == words }
  }

  /// Commands that share a first word: `migrate` has three.
  static func group(_ word: String) -> [Command] {
    allCases.filter { $0.words.count > 1 && $0.words.first == word }
  }
}
