import JSON
import Testing

@testable import Authentication

@Suite("JWT configuration")
struct JWTConfigurationTests {
  private static let secret = String(repeating: "s", count: 64)

  private func message(_ text: String) -> String? {
    do throws(ConfigurationError) {
      _ = try JWTConfiguration.parse(text)
      return nil
    } catch {
      return error.message
    }
  }

  @Test(
    arguments: [
      ("x", "not JSON: unexpected character 'x' at byte 0"),
      ("[]", "expected a JSON object, found Array"),
      ("{}", "key and jwk_url both cannot be empty"),
      (#"{"key": "x"}"#, "key \"type\" not found"),
      (#"{"type": "HS257", "key": "x"}"#, "Invalid JWK: Key type: HS257 is not supported"),
      (#"{"type": "none", "key": "x"}"#, "Invalid JWK: Key type: none is not supported"),
      (
        #"{"type": "HS256", "key": "1234567890123456789012345678901"}"#,
        "Invalid JWK: Key size too small; should be atleast 32 characters"
      ),
      (
        #"{"type": "HS512", "key": "12345678901234567890123456789012"}"#,
        "Invalid JWK: Key size too small; should be atleast 64 characters"
      ),
      (
        #"{"type": "RS256", "key": "no PEM"}"#,
        "Invalid JWK: Could not decode PEM: it is neither a public key nor a certificate"
      ),
      (#"{"type": "RS256", "key": 7}"#, "Invalid JWK: the key has to be a text"),
      (
        #"{"type": "RS256", "key": "x", "jwk_url": "http://x"}"#,
        "key, jwk_url both cannot be present"
      ),
      (#"{"jwk_url": "file:///x"}"#, "jwk_url has to be an absolute URL of http or https"),
      (
        #"{"jwk_url": "http://x", "claims_namespace": "a", "claims_namespace_path": "$.a"}"#,
        "claims_namespace and claims_namespace_path both cannot be set"
      ),
      (
        #"{"jwk_url": "http://x", "claims_namespace_path": "$.a["}"#,
        "invalid JSON path claims_namespace_path error: '$.a['"
      ),
      (
        #"{"jwk_url": "http://x", "claims_format": "xml"}"#,
        "claims_format has to be json or stringified_json"
      ),
      (#"{"jwk_url": "http://x", "issuer": 1}"#, "issuer: expected a text, found Number"),
      (
        #"{"jwk_url": "http://x", "audience": [1]}"#, "audience has to be a text or a list of texts"
      ),
      (
        #"{"jwk_url": "http://x", "allowed_skew": -1}"#,
        "allowed_skew has to be a number of seconds from 0 to 86400"
      ),
      (
        #"{"jwk_url": "http://x", "allowed_skew": 1e400}"#,
        "allowed_skew has to be a number of seconds from 0 to 86400"
      ),
      (
        #"{"jwk_url": "http://x", "header": {"type": "Query"}}"#,
        "header: expected 'type' is 'Authorization', 'Cookie' or 'CustomHeader'"
      ),
      (
        #"{"jwk_url": "http://x", "header": {"type": "Cookie"}}"#, "header: the type needs a 'name'"
      ),
      (
        #"{"jwk_url": "http://x", "claims_map": {"x-hasura-default-role": "a"}}"#,
        "claims_map: x-hasura-allowed-roles is expected but not found"
      ),
      (
        #"{"jwk_url": "http://x", "claims_map": {"x-hasura-allowed-roles": "a"}}"#,
        "claims_map: x-hasura-allowed-roles has to be a list of roles"
      ),
      (
        #"{"jwk_url": "http://x", "claims_map": {"x-hasura-user-id": {"path": "a b"}}}"#,
        "claims_map: x-hasura-user-id needs a 'path' that is a JSON path"
      ),
      (#"{"jwk_url": "http://x"}"#, nil),
      (#"{"jwk_url": "https://x", "type": "RS256", "allowed_skew": 0.5}"#, nil),
    ] as [(String, String?)]
  )
  func refuses(text: String, saying message: String?) {
    #expect(self.message(text) == message)
  }

  @Test func refusesAPrivateKeyAndAShortOne() throws {
    func message(_ key: String) -> String? {
      self.message(JSONValue.object(["type": "RS256", "key": .string(key)]).text)
    }
    let key = try SigningKey(.rs256)
    #expect(
      message(key.privatePEM)
        == "Invalid JWK: Could not decode PEM: it is a private key, and the public one is needed"
    )
    let short = try SigningKey(.rs256, rsaBits: 1024)
    #expect(message(short.pem) == "Invalid JWK: the RSA key has 1024 bits, and 2048 are needed")
    let other = try SigningKey(.es256)
    #expect(message(other.pem) == "Invalid JWK: the key is not one for RS256")
    #expect(message(key.pem) == nil)
  }

  @Test func tellsItsClaims() throws {
    func claims(_ members: String) throws -> JSONValue {
      try JWTConfiguration.parse("{\"jwk_url\": \"http://x\"\(members)}").claims.configuration
    }
    #expect(
      try claims("") == [
        "claims_namespace": "https://hasura.io/jwt/claims", "claims_format": "json",
        "claims_map": nil,
      ]
    )
    #expect(
      try claims(#", "claims_namespace_path": "$.a", "claims_format": "stringified_json""#) == [
        "claims_namespace": "$.a", "claims_format": "stringified_json", "claims_map": nil,
      ]
    )
    let map = #"{"x-hasura-allowed-roles":["a"],"x-hasura-default-role":{"path":"$.b"}}"#
    #expect(
      try claims(", \"claims_map\": \(map)") == [
        "claims_namespace": "https://hasura.io/jwt/claims", "claims_format": "json",
        "claims_map": try JSONValue(parsing: map),
      ]
    )
  }
}
