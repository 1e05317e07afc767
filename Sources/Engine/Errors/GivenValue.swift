/// What kind of value was found where another was due, as Hasura's messages call it.
enum GivenValue: String {
  case null
  case boolean = "a boolean"
  case string = "a string"
  /// A number of a request's variables.
  case number = "a number"
  /// Numbers of a document.
  case integer = "an integer"
  case float = "a float"
  case enumValue = "an enum value"
  case list = "a list"
  case object = "an object"

  /// The kind of a value that a message shows.
  init(shown text: String, isLiteral: Bool) {
    switch text {
    case "null": self = .null
    case "true", "false": self = .boolean
    default:
      switch text.utf8.first ?? 0 {
      case UInt8(ascii: "\""): self = .string
      case UInt8(ascii: "["): self = .list
      case UInt8(ascii: "{"): self = .object
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        self = isLiteral ? (text.contains { ".eE".contains($0) } ? .float : .integer) : .number
      default: self = .enumValue
      }
    }
  }
}
