/// The options of feeds of market data.
extension Option {
  static var feedsDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "feeds-dir",
      variables: "APUS_FEEDS_DIR",
      form: .text(placeholder: "FOLDER"),
      commands: [.serve],
      help: "The folder below which feeds find their DBN files; without it none can be started."
    )
  }

  static var feedCacheDefinition: OptionDefinition {
    OptionDefinition(
      "feed-cache-dir",
      variables: "APUS_FEED_CACHE_DIR",
      form: .text(placeholder: "FOLDER"),
      commands: [.serve],
      help: "Where states of replays are kept, so that a seek need not read all that is before."
    )
  }

  static var feedCheckpointDefinition: OptionDefinition {
    OptionDefinition(
      "feed-checkpoint-mb",
      variables: "APUS_FEED_CHECKPOINT_MB",
      form: .number(1...1_000_000),
      defaultValue: "128",
      commands: [.serve],
      help: "After how many megabytes of records a state is kept."
    )
  }

  static var instrumentsDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "instruments-dir",
      variables: "APUS_INSTRUMENTS_DIR",
      form: .text(placeholder: "FOLDER"),
      defaultValue: "config/instruments",
      commands: [.serve],
      help: "The folder with a file INSTRUMENT.yaml for each instrument that feeds are of."
    )
  }
}
