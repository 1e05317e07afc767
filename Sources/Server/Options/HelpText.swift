/// What `--help` prints, made from the definitions.
enum HelpText {
  /// Help on the commands, or the overview where there are none.
  static func text(on commands: [Command]) -> String {
    commands.isEmpty ? overview : commands.map(text(on:)).joined(separator: "\n")
  }

  private static var overview: String {
    let width = Command.allCases.map(\.rawValue.count).max() ?? 0
    let lines = Command.allCases.map { "  \(padded($0.rawValue, to: width))  \($0.summary)" }
    return """
      Usage: apus COMMAND [OPTIONS]

      \(lines.joined(separator: "\n"))

      'apus COMMAND --help' lists the options of a command. Every option can also be given as the
      environment variable that stands in brackets there.

      """
  }

  private static func text(on command: Command) -> String {
    let options = Option.allCases.map(\.definition).filter { $0.commands.contains(command) }
    var text = """
      Usage: apus \(command.rawValue)\(command.operand.map { " \($0)" } ?? "")\(options.isEmpty ? "" : " [OPTIONS]")

      \(command.summary)

      """
    for option in options {
      text += "\n  \(spelling(of: option))\n      \(option.help)\n      [\(notes(on: option))]\n"
    }
    return text
  }

  static func spelling(of option: OptionDefinition) -> String {
    let names = option.names.map(OptionDefinition.dashed).joined(separator: ", ")
    return option.form.placeholder.map { "\(names) \($0)" } ?? names
  }

  private static func notes(on option: OptionDefinition) -> String {
    option.variable + (option.defaultValue.map { "; default \($0)" } ?? "")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// The table of `docs/configuration.md`.
  static var configurationTable: String {
    let rows = Option.allCases.map(\.definition).map { option in
      let value = option.defaultValue.map { "`\($0)`" } ?? ""
      let spelling = spelling(of: option).split(separator: "|").joined(separator: "\\|")
      let commands = Command.allCases.filter(option.commands.contains).map(\.rawValue)
      return "| `\(spelling)` | `\(option.variable)` | \(value) | \(option.help) "
        + "| \(commands.joined(separator: ", ")) |"
    }
    return """
      | option | environment variable | default | what it does | commands |
      |---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }
}
