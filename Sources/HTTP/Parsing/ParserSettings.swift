import CLLHTTP

/// The callbacks that llhttp needs; many parsers share one.
///
/// They reach the parser's ``ParserState`` by its bare pointer: no reference is counted.
package final class ParserSettings: @unchecked Sendable {
  // Written once, before anybody reads it.

  let pointer = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)

  package init() {
    llhttp_settings_init(pointer)
    pointer.pointee.on_url = { parser, bytes, count in
      ParserState.of(parser)?.pointee.target(bytes, count)
      return 0
    }
    pointer.pointee.on_header_field = { parser, bytes, count in
      ParserState.of(parser)?.pointee.headerName(bytes, count)
      return 0
    }
    pointer.pointee.on_headers_complete = { parser in
      // What follows is read as HTTP, whatever an `Upgrade` asks for.
      parser?.pointee.upgrade = 0
      return Int32(HPE_PAUSED.rawValue)
    }
    pointer.pointee.on_body = { parser, bytes, count in
      ParserState.of(parser)?.pointee.body(bytes, count) == true ? 0 : -1
    }
    pointer.pointee.on_message_complete = { _ in Int32(HPE_PAUSED.rawValue) }
  }

  deinit { pointer.deallocate() }
}
