import JSON

/// JSON for people: a member or an element on each line, one space further in per level.
enum IndentedJSON {
  static func text(of value: JSONValue) -> String {
    var text = ""
    write(value, depth: 0, to: &text)
    return text
  }

  private static func write(_ value: JSONValue, depth: Int, to text: inout String) {
    switch value {
    case .object(let object) where !object.isEmpty:
      text += "{"
      for (index, member) in object.members.enumerated() {
        text += index == 0 ? "\n" : ",\n"
        text += String(repeating: " ", count: depth + 1)
        text += JSONValue.string(member.key).text
        text += ": "
        write(member.value, depth: depth + 1, to: &text)
      }
      text += "\n" + String(repeating: " ", count: depth) + "}"
    case .array(let elements) where !elements.isEmpty:
      text += "["
      for (index, element) in elements.enumerated() {
        text += index == 0 ? "\n" : ",\n"
        text += String(repeating: " ", count: depth + 1)
        write(element, depth: depth + 1, to: &text)
      }
      text += "\n" + String(repeating: " ", count: depth) + "]"
    default: text += value.text
    }
  }
}
