/// The options of the commands that ask a running server, or print.
extension Option {
  static var roleDefinition: OptionDefinition {
    OptionDefinition(
      "role",
      variables: "APUS_ROLE",
      form: .text(placeholder: "ROLE"),
      defaultValue: "admin",
      commands: Command.remote.union([.schemaPrint]),
      help: "The role whose schema is printed, or as which the running server is asked."
    )
  }

  static var serverDefinition: OptionDefinition {
    OptionDefinition(
      "server",
      variables: "APUS_SERVER",
      form: .httpURL,
      defaultValue: "http://127.0.0.1:8080",
      commands: Command.remote,
      help: "The running server that is asked."
    )
  }

  static var tokenDefinition: OptionDefinition {
    OptionDefinition(
      "token",
      variables: "APUS_TOKEN",
      form: .secret,
      commands: Command.remote,
      help: "A JSON web token to ask with, in the place of the admin secret."
    )
  }

  static var headerDefinition: OptionDefinition {
    OptionDefinition(
      "header",
      variables: "APUS_HEADER",
      form: .pairs,
      commands: Command.remote,
      help: "A header to ask with, such as x-hasura-account-ids={…}; may be repeated."
    )
  }

  static var presetVariableDefinition: OptionDefinition {
    OptionDefinition(
      "var",
      variables: "APUS_PRESET_VARIABLE",
      form: .pairs,
      commands: [.presetRun],
      help: "A variable of the saved query; may be repeated."
    )
  }

  static var formatDefinition: OptionDefinition {
    OptionDefinition(
      "format",
      variables: "APUS_FORMAT",
      form: .choice(["table", "json", "csv"]),
      defaultValue: "table",
      commands: Command.remote.union([.dbnCat]),
      help: """
        How rows are printed; csv is that of RFC 4180. dbn cat prints json, an object a line, unless \
        it is csv, and job watch a line of text, unless it is json.
        """
    )
  }

  static var watchDefinition: OptionDefinition {
    OptionDefinition(
      "watch",
      variables: "APUS_WATCH",
      form: .flag,
      commands: [.presetRun],
      help: "Run the query again and again, until Ctrl-C."
    )
  }

  static var watchIntervalDefinition: OptionDefinition {
    OptionDefinition(
      "interval",
      variables: "APUS_WATCH_INTERVAL",
      form: .number(1...86_400),
      defaultValue: "2",
      commands: [.presetRun],
      help: "Seconds between the runs of --watch."
    )
  }
}
