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
      #"{"type":"pg_track_table","args":{"table":{"name":"t","schema":"s"}}}"#,
      #"{"type":"pg_track_table","args":{"table":{"name":"t","schema":"s"}}}"#
    ),
  ])
  func hidesWhatCommandsHoldSecretsIn(call: String, shown: String) throws {
    #expect(try JSONValue(parsing: call).maskingSecrets.text == shown)
  }
}
