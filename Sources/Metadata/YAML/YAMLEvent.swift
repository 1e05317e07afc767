/// One step through a YAML text.
struct YAMLEvent: Hashable {
  enum Content: Hashable {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  var content: Content
  var anchor: String?
  var tag: String?
  var line: Int
  var column: Int
}
