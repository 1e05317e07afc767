/// Measurements in Prometheus' text format, version 0.0.4.
///
/// Source: Prometheus, "Exposition formats".
package struct PrometheusText {
  package enum Kind: String {
    case counter
    case gauge
    case histogram
  }

  package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  package private(set) var text = ""

  package init() {}

  /// Begins a measurement, whose samples follow.
  package mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  /// `value` is a number's digits: a sample may be larger than a Double tells apart.
  package mutating func sample(
    _ name: String,
    _ labels: [(name: String, value: String)] = [],
    _ value: String
  ) {
    text += name
    if !labels.isEmpty {
      let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
      text += "{\(pairs.joined(separator: ","))}"
    }
    text += " \(value)\n"
  }

  /// A measurement of one sample without labels.
  package mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: String) {
    begin(name, kind, help)
    sample(name, value)
  }

  package mutating func sample(_ name: String, _ value: String) { sample(name, [], value) }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
