/// The values in effect: the command line's, else the environment's, else the defaults.
struct OptionValues: Sendable {
  private var given: [Option: OptionValue] = [:]

  mutating func set(_ option: Option, to value: OptionValue) {
    given[option] = value
  }

  /// Sets an option of the command line; pairs are collected.
  mutating func add(_ option: Option, _ value: OptionValue) {
    guard option.definition.form == .pairs, case .list(let pairs) = value,
      case .list(let earlier)? = given[option]
    else { return set(option, to: value) }
    set(option, to: .list(earlier + pairs))
  }

  func isGiven(_ option: Option) -> Bool { given[option] != nil }

  func value(of option: Option) -> OptionValue? {
    if let value = given[option] { return value }
    let definition = option.definition
    return definition.defaultValue.flatMap(definition.form.value(of:))
  }

  func flag(_ option: Option) -> Bool { value(of: option) == .flag(true) }

  func text(_ option: Option) -> String? {
    if case .text(let text)? = value(of: option) { text } else { nil }
  }

  func number(_ option: Option) -> Int? {
    if case .number(let number)? = value(of: option) { number } else { nil }
  }

  func list(_ option: Option) -> [String] {
    if case .list(let list)? = value(of: option) { list } else { [] }
  }

  /// Names and values for the log, secrets masked.
  func described(for command: Command) -> [(name: String, value: String)] {
    Option.allCases.compactMap { option in
      let definition = option.definition
      guard definition.commands.contains(command), let value = value(of: option) else { return nil }
      let text =
        switch value {
        case _ where definition.isSecret: "***"
        case .flag(let flag): String(flag)
        case .text(let text): text
        case .number(let number): String(number)
        case .list(let items): items.joined(separator: ",")
        }
      return (definition.names[0], text)
    }
  }
}
