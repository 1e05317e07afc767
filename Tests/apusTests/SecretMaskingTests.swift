import JSON
import Testing

@testable import apus

struct SecretMaskingTests {
  @Test(arguments: [
    (
      #"{"args":{"configuration":{"connection_info":{"database_url":"postgres://u:p@h/d"}}}}"#,
      #"{"args":{"configuration":{"connection_info":{"database_url":"***"}}}}"#
    ),
    (
      #"{"database_url":{"from_env":"X"},"a":[{"password":"p","username":"u"}]}"#,
      #"{"database_url":{"from_env":"X"},"a":[{"password":"***","username":"u"}]}"#
    ),
    (
      #"{"headers":[{"name":"x","value":"v"},{"name":"y","value_from_env":"E"}]}"#,
      #"{"headers":[{"name":"x","value":"***"},{"name":"y","value_from_env":"E"}]}"#
    ),
    (
      #"{"request_headers":{"add_headers":{"a":"Bearer t"},"remove_headers":["b"]}}"#,
      #"{"request_headers":{"add_headers":{"a":"***"},"remove_headers":["b"]}}"#
    ),
    (
      #"{"env":{"KEY":"k"},"webhook":"https://u:p@h/x?y=@","url":"http://h/@"}"#,
      #"{"env":{"KEY":"***"},"webhook":"https://***@h/x?y=@","url":"http://h/@"}"#
    ),
    (
      #"{"type":"pg_track_table","args":{"table":{"name":"t","schema":"s"}}}"#,
      #"{"type":"pg_track_table","args":{"table":{"name":"t","schema":"s"}}}"#
    ),
  ])
  func hidesWhatCommandsHoldSecretsIn(call: String, shown: String) throws {
    #expect(try JSONValue(parsing: call).maskingSecrets.text == shown)
  }
}
