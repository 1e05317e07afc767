/// The command line and the environment, understood.
struct Invocation: Sendable {
  enum Action: Hashable, Sendable {
    /// Help on one command, or on all.
    case help([Command])
    case run(Command)
  }

  var action: Action
  /// The word that follows a command which wants one.
  var operand: String?
  var options: OptionValues
  /// Set variables and given flags of Hasura's that mean nothing here.
  var ignoredVariables: [String]

  init(arguments: [String], environment: [String: String]) throws(UsageError) {
    var words: [String] = []
    var found: [(option: Option, spelling: String, value: OptionValue)] = []
    var wantsHelp = false
    var wantsVersion = false
    var ignoredFlags: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--help" || argument == "-h" {
        wantsHelp = true
      } else if argument == "--version", words.isEmpty {
        wantsVersion = true
      } else if let flag = MeaninglessFlag.take(argument, &rest) {
        ignoredFlags.append(flag)
      } else if argument.hasPrefix("-") && argument != "-" {
        found.append(try Invocation.option(argument, &rest, after: words))
      } else if operand == nil, Command.named(words)?.operand != nil {
        operand = argument
      } else {
        words.append(argument)
        try Invocation.check(words)
      }
    }
    ignoredVariables = Invocation.unknownVariables(in: environment) + ignoredFlags
    options = OptionValues()
    if wantsVersion, words.isEmpty, !wantsHelp { words = Command.version.words }
    if wantsHelp || words.first == "help" {
      action = .help(Invocation.commands(words.filter { $0 != "help" }))
      return
    }
    guard !words.isEmpty else {
      throw UsageError("a command is missing; one of \(Invocation.commandList)")
    }
    guard let command = Command.named(words) else {
      let allowed = Command.group(words[0]).map { $0.words[1] }.joined(separator: ", ")
      throw UsageError("'\(words[0])' wants one of \(allowed) after it")
    }
    if let name = command.operand, operand == nil {
      throw UsageError("'\(command.rawValue)' wants \(name) after it")
    }
    action = .run(command)
    options = try Invocation.values(of: command, given: found, environment)
  }

  private static let commandList = Command.allCases.map(\.rawValue).joined(separator: ", ")

  private static func commands(_ words: [String]) -> [Command] {
    guard let first = words.first else { return [] }
    return Command.named(words).map { [$0] } ?? Command.group(first)
  }

  /// Refuses a word as soon as no command begins so.
  private static func check(_ words: [String]) throws(UsageError) {
    // `apus help serve` is `apus serve --help`.
    if words.first == "help" {
      if words.count > 1 { try check(Array(words.dropFirst())) }
      return
    }
    guard !Command.allCases.contains(where: { $0.words.starts(with: words) }) else { return }
    let word = words[words.count - 1]
    guard words.count > 1 else {
      throw UsageError("unknown command '\(word)'; one of \(commandList)")
    }
    let group = Command.group(words[0])
    guard words.count == 2, !group.isEmpty else {
      throw UsageError("unexpected argument '\(word)'; only options may follow")
    }
    let allowed = group.map { $0.words[1] }.joined(separator: ", ")
    throw UsageError("unknown command '\(words[0]) \(word)'; \(words[0]) takes \(allowed)")
  }

  /// One option of the command line with its value.
  private static func option(
    _ argument: String,
    _ rest: inout ArraySlice<String>,
    after words: [String]
  ) throws(UsageError) -> (option: Option, spelling: String, value: OptionValue) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelling = String(parts[0])
    guard
      let option = Option.allCases.first(where: {
        $0.definition.names.map(OptionDefinition.dashed).contains(spelling)
      })
    else {
      throw unknownOption(spelling, for: Command.named(words))
    }
    let form = option.definition.form
    let text: String
    if parts.count > 1 {
      text = String(parts[1])
    } else if form == .flag {
      // Of some of Hasura's flags the value is the next word.
      let value = rest.first.flatMap { form.value(of: $0) == nil ? nil : $0 }
      if value != nil { rest.removeFirst() }
      text = value ?? "true"
    } else if let next = rest.popFirst() {
      text = next
    } else {
      throw UsageError("\(spelling) wants a value: \(form.allowed)")
    }
    return (option, spelling, try value(text, of: option, given: spelling))
  }

  private static func unknownOption(_ spelling: String, for command: Command?) -> UsageError {
    let allowed = Option.allCases.map(\.definition)
      .filter { definition in command.map(definition.commands.contains) ?? true }
      .map(\.flag)
    return UsageError("unknown option \(spelling); allowed are \(allowed.joined(separator: ", "))")
  }

  /// The value, or an error that does not repeat a secret.
  private static func value(
    _ text: String,
    of option: Option,
    given spelling: String
  ) throws(UsageError) -> OptionValue {
    let definition = option.definition
    if let value = definition.form.value(of: text) { return value }
    let shown = definition.isSecret ? "its value" : "'\(text)'"
    throw UsageError("\(spelling): \(shown) is not allowed; allowed: \(definition.form.allowed)")
  }

  private static func values(
    of command: Command,
    given: [(option: Option, spelling: String, value: OptionValue)],
    _ environment: [String: String]
  ) throws(UsageError) -> OptionValues {
    var values = OptionValues()
    for option in Option.allCases where option.definition.commands.contains(command) {
      for variable in option.definition.variables {
        // Hasura, too, takes an empty variable for one that is not set.
        guard let text = environment[variable], !text.isEmpty else { continue }
        values.set(option, to: try value(text, of: option, given: variable))
        break
      }
    }
    for (option, spelling, value) in given {
      guard option.definition.commands.contains(command) else {
        throw unknownOption(spelling, for: command)
      }
      values.add(option, value)
    }
    return values
  }

  private static func unknownVariables(in environment: [String: String]) -> [String] {
    let known = Set(Option.allCases.flatMap(\.definition.variables))
    return environment.keys.filter { name in
      (name.hasPrefix("HASURA_GRAPHQL_") || name.hasPrefix("APUS_")) && !known.contains(name)
    }
    .sorted()
  }
}
