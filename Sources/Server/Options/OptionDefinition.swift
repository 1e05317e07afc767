import PostgresClient

/// All there is to know about an option: parsing, `--help` and the documentation read it from here.
struct OptionDefinition: Sendable {
  /// The values an option takes.
  enum Form: Hashable, Sendable {
    case flag
    case text(placeholder: String)
    case secret
    /// A connection string of libpq, or the file that has it; it may hold a password.
    case databaseURL
    /// An absolute URL of http or https; it may hold a password.
    case httpURL
    case number(ClosedRange<Int>)
    /// A number that may have a fraction; its text is the value.
    case decimal(ClosedRange<Double>)
    case choice([String])
    /// Several of the choices, separated by commas.
    case choices([String])
    /// Origins as Hasura takes them, separated by commas: `*`, or `https://*.example.com:8443`.
    case origins
    /// `name=value`, as often as wanted.
    case pairs
  }

  /// Without dashes; the first is the one that is documented, one of a single letter takes one dash.
  let names: [String]
  /// The first is the one that is documented.
  let variables: [String]
  let form: Form
  /// As the user would write it; nil where there is none.
  let defaultValue: String?
  let help: String
  let commands: Set<Command>

  init(
    _ names: String...,
    variables: String...,
    form: Form,
    defaultValue: String? = nil,
    commands: Set<Command> = [.serve],
    help: String
  ) {
    self.names = names
    self.variables = variables
    self.form = form
    self.defaultValue = defaultValue
    self.help = help
    self.commands = commands
  }

  /// The documented name with its dashes.
  var flag: String { OptionDefinition.dashed(names[0]) }
  var variable: String { variables[0] }
  var isSecret: Bool { form == .secret || form == .databaseURL || form == .httpURL }

  static func dashed(_ name: String) -> String { name.count == 1 ? "-\(name)" : "--\(name)" }
}

extension OptionDefinition.Form {
  /// What stands for the value in a usage text.
  var placeholder: String? {
    switch self {
    case .flag: nil
    case .text(let placeholder): placeholder
    case .secret: "SECRET"
    case .databaseURL, .httpURL: "URL"
    case .number, .decimal: "NUMBER"
    case .choice(let choices): choices.joined(separator: "|")
    case .choices: "LIST"
    case .origins: "ORIGINS"
    case .pairs: "NAME=VALUE"
    }
  }

  /// What is allowed, for the message about what is not.
  var allowed: String {
    switch self {
    case .flag: "true or false"
    case .text: "any text but an empty one"
    case .secret: "any text but an empty one"
    case .databaseURL:
      "postgresql://user:password@host:port/database, keyword=value pairs, or dynamic-from-file://path"
    case .httpURL: "an absolute URL of http or https"
    case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let choices): choices.joined(separator: ", ")
    case .choices(let choices): "some of \(choices.joined(separator: ", ")), with commas between"
    case .pairs: "name=value, with a name that is not empty"
    case .origins: "*, or origins such as https://*.example.com:8443 with commas between"
    }
  }

  /// The value that a text means; nil where it is not allowed.
  func value(of text: String) -> OptionValue? {
    switch self {
    case .flag: OptionDefinition.Form.flag(text).map(OptionValue.flag)
    case .text, .secret: text.isEmpty ? nil : .text(text)
    case .databaseURL:
      ["postgres://", "postgresql://", ConnectionString.fileScheme].contains(where: text.hasPrefix)
        || text.contains("=") ? .text(text) : nil
    case .httpURL: OptionDefinition.Form.isHTTPURL(text) ? .text(text) : nil
    case .number(let range):
      Int(text).flatMap { range.contains($0) ? .number($0) : nil }
    case .decimal(let range):
      Double(text).flatMap { range.contains($0) ? .text(text) : nil }
    case .choice(let choices): choices.contains(text) ? .text(text) : nil
    case .choices(let choices):
      OptionDefinition.Form.list(text, where: choices.contains).map(OptionValue.list)
    case .pairs:
      text.split(separator: "=", omittingEmptySubsequences: false).count > 1 && text.first != "="
        ? .list([text]) : nil
    case .origins:
      OptionDefinition.Form.list(text, where: { OriginPattern($0) != nil }).map(OptionValue.list)
    }
  }

  /// Whether a text has one of the two schemes, and a host after it.
  private static func isHTTPURL(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return !host.isEmpty && !host.hasPrefix(":")
  }

  /// The spellings that Hasura takes for a truth value.
  private static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "t", "yes", "y", "1": true
    case "false", "f", "no", "n", "0": false
    default: nil
    }
  }

  private static func list(_ text: String, where isAllowed: (String) -> Bool) -> [String]? {
    let items = text.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    return items.allSatisfy(isAllowed) ? items : nil
  }
}

/// The value of an option, of the kind that its form says.
enum OptionValue: Hashable, Sendable {
  case flag(Bool)
  case text(String)
  case number(Int)
  case list([String])
}
