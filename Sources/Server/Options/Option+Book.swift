/// The options of `apus book`.
extension Option {
  static var bookModeDefinition: OptionDefinition {
    OptionDefinition(
      "mode",
      variables: "APUS_BOOK_MODE",
      form: .choice(["bin", "event"]),
      defaultValue: "bin",
      commands: [.book],
      help:
        "When the grid's masses and derivatives move: at the end of each bin, or at each record."
    )
  }

  static var cellMillisecondsDefinition: OptionDefinition {
    OptionDefinition(
      "cell-ms",
      variables: "APUS_BOOK_CELL_MS",
      form: .decimal(0.001...86_400_000),
      defaultValue: "100",
      commands: [.book],
      help: "The width of a bin in milliseconds."
    )
  }

  static var radiusDefinition: OptionDefinition {
    OptionDefinition(
      "radius",
      variables: "APUS_BOOK_RADIUS",
      form: .number(0...10_000),
      defaultValue: "50",
      commands: [.book],
      help: "How many ticks the window reaches to each side of the spot."
    )
  }

  static var tickDefinition: OptionDefinition {
    OptionDefinition(
      "tick",
      variables: "APUS_BOOK_TICK",
      form: .number(1...1_000_000_000_000_000),
      defaultValue: "250000000",
      commands: [.book],
      help: "The tick of the instrument in units of 1e-9: 250000000 is 0.25."
    )
  }

  static var goldDefinition: OptionDefinition {
    OptionDefinition(
      "gold",
      variables: "APUS_BOOK_GOLD",
      form: .flag,
      commands: [.book],
      help: "Add the features made of pressure and vacuum to each bin."
    )
  }

  static var noGridDefinition: OptionDefinition {
    OptionDefinition(
      "no-grid",
      variables: "APUS_BOOK_NO_GRID",
      form: .flag,
      commands: [.book],
      help: "Build the book alone."
    )
  }

  static var maximumBinsDefinition: OptionDefinition {
    OptionDefinition(
      "max-bins",
      variables: "APUS_BOOK_MAX_BINS",
      form: .number(0...1_000_000_000),
      defaultValue: "0",
      commands: [.book],
      help: "Stop after that many bins; 0 for all."
    )
  }

  static var levelsDefinition: OptionDefinition {
    OptionDefinition(
      "levels",
      variables: "APUS_BOOK_LEVELS",
      form: .number(0...1_000_000),
      defaultValue: "10",
      commands: [.book],
      help: "How many levels of each side are printed as they are at the end."
    )
  }

  static var noAlignDefinition: OptionDefinition {
    OptionDefinition(
      "no-align",
      variables: "APUS_BOOK_NO_ALIGN",
      form: .flag,
      commands: [.book],
      help: "Begin the first bin with the first record, and not at a multiple of its width."
    )
  }

  static var instrumentDefinition: OptionDefinition {
    OptionDefinition(
      "instrument",
      variables: "APUS_BOOK_INSTRUMENT",
      form: .number(0...4_294_967_295),
      commands: [.book],
      help: "The instrument's number in the file; by default that of the first record of an order."
    )
  }

  static var outDefinition: OptionDefinition {
    OptionDefinition(
      "out",
      variables: "APUS_BOOK_OUT",
      form: .text(placeholder: "FILE"),
      commands: [.book],
      help: "A file to write the whole result to, with every bin."
    )
  }

  static var instrumentFileDefinition: OptionDefinition {
    OptionDefinition(
      "config",
      variables: "APUS_BOOK_CONFIG",
      form: .text(placeholder: "FILE"),
      commands: [.book],
      help: "A file of config/instruments with tick and parameters; other options come before it."
    )
  }
}
