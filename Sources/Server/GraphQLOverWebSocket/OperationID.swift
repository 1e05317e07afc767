/// The name that a client has given an operation, as bytes: `String` would take two spellings of "é"
/// for one name.
struct OperationID: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
