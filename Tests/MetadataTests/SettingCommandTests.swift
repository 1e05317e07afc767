import JSON
import Metadata
import Testing

@Suite struct SettingCommandTests {
  private static let success = #"{"message":"success"}"#

  @Test(
    arguments: [
      (
        #"{"type":"set_api_limits","args":{"disabled":false,"depth_limit":{"global":5}}}"#,
        #"{"api_limits":{"disabled":false,"depth_limit":{"global":5}}}"#
      ),
      (
        #"{"type":"set_metrics_config","args":{"analyze_query_variables":true,"#
          + #""analyze_response_body":false}}"#,
        #"{"metrics_config":{"analyze_query_variables":true,"analyze_response_body":false}}"#
      ),
      (
        #"{"type":"set_graphql_schema_introspection_options","args":{"disabled_for_roles":["a"]}}"#,
        #"{"graphql_schema_introspection":{"disabled_for_roles":["a"]}}"#
      ),
      (
        #"{"type":"set_opentelemetry_config","args":{"status":"enabled"}}"#,
        #"{"opentelemetry":{"status":"enabled"}}"#
      ),
      (
        #"{"type":"set_opentelemetry_status","args":"disabled"}"#,
        #"{"opentelemetry":{"status":"disabled"}}"#
      ),
      (
        #"{"type":"add_host_to_tls_allowlist","args":{"host":"h","suffix":"8443"}}"#,
        #"{"network":{"tls_allowlist":[{"host":"h","suffix":"8443"}]}}"#
      ),
    ]
  )
  func keeps(request: String, as members: String) throws {
    var library = LibraryFixture()
    #expect(try library.send(request) == Self.success)
    #expect(JSONValue.object(library.editor.metadata.others).text == members)
  }

  @Test func takesOutWhatWasPut() throws {
    var library = LibraryFixture()
    for name in ["api_limits", "metrics_config"] {
      _ = try library.send(
        #"{"type":"set_\#(name)","args":{"analyze_query_variables":true,"#
          + #""analyze_response_body":true}}"#
      )
      #expect(try library.send(#"{"type":"remove_\#(name)","args":{}}"#) == Self.success)
    }
    let host = #"{"host":"h"}"#
    _ = try library.send(#"{"type":"add_host_to_tls_allowlist","args":\#(host)}"#)
    #expect(
      try library.send(#"{"type":"add_host_to_tls_allowlist","args":\#(host)}"#)
        == #"400 {"error":"the host \"h\" with suffix \"\" is already present in the allowlist","#
        + #""path":"$.args","code":"already-exists"}"#
    )
    #expect(
      try library.send(#"{"type":"drop_host_from_tls_allowlist","args":\#(host)}"#)
        == Self.success
    )
    #expect(
      try library.send(#"{"type":"drop_host_from_tls_allowlist","args":\#(host)}"#)
        == #"400 {"error":"the host \"h\" with suffix \"\" isn't present in the allowlist","#
        + #""path":"$.args","code":"not-exists"}"#
    )
    #expect(library.editor.metadata.others.members.map(\.key) == ["network"])
  }

  @Test func refusesAWrongStatus() throws {
    var library = LibraryFixture()
    #expect(
      try library.send(#"{"type":"set_opentelemetry_status","args":"on"}"#)
        == #"400 {"error":"unknown status \"on\", expected \"enabled\" or \"disabled\"","#
        + #""path":"$.args","code":"parse-failed"}"#
    )
  }
}
