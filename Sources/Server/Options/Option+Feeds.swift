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
