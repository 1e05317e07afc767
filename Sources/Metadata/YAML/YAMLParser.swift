import CYAML

/// Steps through a YAML text with libyaml; the only file that knows the library.
@safe struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// libyaml reads from here as it goes.
  private let text: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) throws(YAMLError) {
    unsafe text = .allocate(capacity: max(bytes.count, 1))
    _ = unsafe text.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      unsafe text.deallocate()
      throw YAMLError("out of memory", line: 1, column: 1)
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  mutating func next() throws(YAMLError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    return try unsafe Self.read(event)
  }

  private static func read(_ event: yaml_event_t) throws(YAMLError) -> YAMLEvent {
    let line = unsafe Int(event.start_mark.line) + 1
    let column = unsafe Int(event.start_mark.column) + 1
    var result = YAMLEvent(content: .streamEnd, line: line, column: column)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: result.content = .streamStart
    case YAML_STREAM_END_EVENT: result.content = .streamEnd
    case YAML_DOCUMENT_START_EVENT: result.content = .documentStart
    case YAML_DOCUMENT_END_EVENT: result.content = .documentEnd
    case YAML_SEQUENCE_END_EVENT: result.content = .sequenceEnd
    case YAML_MAPPING_END_EVENT: result.content = .mappingEnd
    case YAML_ALIAS_EVENT:
      result.content = .alias(unsafe string(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      result.content = .sequenceStart
      result.anchor = unsafe string(event.data.sequence_start.anchor)
      result.tag = unsafe string(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      result.content = .mappingStart
      result.anchor = unsafe string(event.data.mapping_start.anchor)
      result.tag = unsafe string(event.data.mapping_start.tag)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      result.content = .scalar(
        unsafe String(decoding: value, as: UTF8.self),
        isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      )
      result.anchor = unsafe string(scalar.anchor)
      result.tag = unsafe string(scalar.tag)
    default: throw YAMLError("unexpected event", line: line, column: column)
    }
    return result
  }

  private static func string(_ text: UnsafePointer<yaml_char_t>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }

  private func failure() -> YAMLError {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
    return YAMLError(
      problem ?? "not readable",
      line: unsafe Int(parser.pointee.problem_mark.line) + 1,
      column: unsafe Int(parser.pointee.problem_mark.column) + 1
    )
  }
}
