/// The options about where data come from.
extension Option {
  private static func address(_ name: String, _ variable: String, _ url: String, _ help: String)
    -> OptionDefinition
  {
    OptionDefinition(
      name,
      variables: variable,
      form: .httpURL,
      defaultValue: url,
      commands: [.serve, .worker],
      help: help
    )
  }

  static var barsDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "bars-dir",
      variables: "APUS_BARS_DIR",
      form: .text(placeholder: "FOLDER"),
      commands: [.serve, .worker],
      help: "The folder of SYMBOL.csv files (or one bars.csv) that the provider csv reads."
    )
  }

  static var leanDataDirectoryDefinition: OptionDefinition {
    OptionDefinition(
      "lean-data-dir",
      variables: "APUS_LEAN_DATA_DIR",
      form: .text(placeholder: "FOLDER"),
      commands: [.serve, .worker],
      help: "LEAN's folder of data, whose equity/usa/daily the provider lean reads."
    )
  }

  static var leanProjectsDefinition: OptionDefinition {
    OptionDefinition(
      "lean-projects",
      variables: "APUS_LEAN_PROJECTS",
      form: .text(placeholder: "FOLDER"),
      commands: [.serve, .worker],
      help: "The folder whose folders are the LEAN projects that backtests may run."
    )
  }

  static var leanCommandDefinition: OptionDefinition {
    OptionDefinition(
      "lean-command",
      variables: "APUS_LEAN_COMMAND",
      form: .text(placeholder: "COMMAND"),
      defaultValue: "lean",
      commands: [.serve, .worker],
      help: "The program that runs LEAN, and arguments before its own, with spaces between."
    )
  }

  static var alpacaURLDefinition: OptionDefinition {
    address(
      "alpaca-url",
      "APUS_ALPACA_URL",
      "https://paper-api.alpaca.markets",
      "Alpaca's trading API; the credentials are APCA_API_KEY_ID and APCA_API_SECRET_KEY."
    )
  }

  static var alpacaDataURLDefinition: OptionDefinition {
    address(
      "alpaca-data-url",
      "APUS_ALPACA_DATA_URL",
      "https://data.alpaca.markets",
      "Alpaca's market data API."
    )
  }

  static var tradierURLDefinition: OptionDefinition {
    address(
      "tradier-url",
      "APUS_TRADIER_URL",
      "https://sandbox.tradier.com",
      "Tradier's API; the credentials are TRADIER_ACCESS_TOKEN and TRADIER_ACCOUNT_ID."
    )
  }

  static var polygonURLDefinition: OptionDefinition {
    address(
      "polygon-url",
      "APUS_POLYGON_URL",
      "https://api.polygon.io",
      "Polygon's API; the credential is POLYGON_API_KEY."
    )
  }

  static var fredURLDefinition: OptionDefinition {
    address(
      "fred-url",
      "APUS_FRED_URL",
      "https://api.stlouisfed.org",
      "FRED's API; the credential is FRED_API_KEY."
    )
  }

  static var providerTimeoutDefinition: OptionDefinition {
    OptionDefinition(
      "provider-timeout",
      variables: "APUS_PROVIDER_TIMEOUT",
      form: .number(1...3600),
      defaultValue: "30",
      commands: [.serve, .worker],
      help: "After how many seconds a request to a provider is given up."
    )
  }
}
