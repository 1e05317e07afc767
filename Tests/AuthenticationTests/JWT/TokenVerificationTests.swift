import Engine
import JSON
import Testing

@testable import Authentication

@Suite("Token verification")
struct TokenVerificationTests {
  private static let secret = Array(
    "0123456789012345678901234567890123456789012345678901234567890123".utf8
  )
  private static let user = Session.expected("user", [("x-hasura-user-id", "1")])

  private static let invalid =
    "400 invalid-jwt: Could not verify JWT: JWSError JWSInvalidSignature"

  private func configuration(_ key: SigningKey, pem: String? = nil) -> JSONValue {
    [
      "type": .string(key.algorithm.configurationName), "key": .string(pem ?? key.pem),
    ]
  }

  @Test(arguments: JWTAlgorithm.allCases)
  func verifies(algorithm: JWTAlgorithm) async throws {
    let key = try SigningKey(algorithm, secret: Self.secret)
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(try await fixture.session(token: key.token(claims())) == Self.user)
    }
  }

  @Test(arguments: JWTAlgorithm.allCases)
  func verifiesWithAKeyOfTheJSONForm(algorithm: JWTAlgorithm) async throws {
    let key = try SigningKey(algorithm, secret: Self.secret)
    let configuration: JSONValue = [
      "type": .string(algorithm.configurationName), "key": key.jwk(),
    ]
    try await AuthenticatorFixture.with(jwt: configuration) { fixture async throws in
      #expect(try await fixture.session(token: key.token(claims())) == Self.user)
    }
  }

  @Test(arguments: [JWTAlgorithm.rs256, .es256, .es512])
  func takesTheKeyOutOfACertificate(algorithm: JWTAlgorithm) async throws {
    let key = try SigningKey(algorithm)
    let configuration = configuration(key, pem: key.certificate)
    try await AuthenticatorFixture.with(jwt: configuration) { fixture async throws in
      #expect(try await fixture.session(token: key.token(claims())) == Self.user)
    }
  }

  @Test(arguments: JWTAlgorithm.allCases)
  func refusesAnotherKeysSignature(algorithm: JWTAlgorithm) async throws {
    let key = try SigningKey(algorithm, secret: Self.secret)
    let other = try SigningKey(algorithm, secret: Self.secret.reversed())
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(await fixture.refusal(token: other.token(claims())) == Self.invalid)
    }
  }

  /// The algorithm is the configuration's: whatever a token says, only that one is tried.
  @Test(arguments: JWTAlgorithm.allCases)
  func refusesEveryOtherAlgorithm(algorithm: JWTAlgorithm) async throws {
    let key = try SigningKey(algorithm, secret: Self.secret)
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      for other in JWTAlgorithm.allCases where other != algorithm {
        // A key of the same kind, where it would verify if it were asked to.
        let claim = JSONObject.Member(key: "alg", value: .string(other.rawValue))
        #expect(await fixture.refusal(token: key.token(claims(), header: [claim])) == Self.invalid)
      }
    }
  }

  @Test func refusesAPublicKeyUsedAsASharedSecret() async throws {
    let key = try SigningKey(.rs256)
    let forged = try SigningKey(.hs256, secret: Array(key.pem.utf8))
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(await fixture.refusal(token: forged.token(claims())) == Self.invalid)
    }
  }

  @Test(arguments: ["none", "None", "NONE"])
  func refusesATokenWithoutSignature(name: String) async throws {
    let key = try SigningKey(.hs256, secret: Self.secret)
    let header = [JSONObject.Member(key: "alg", value: .string(name))]
    let token = key.token(claims(), header: header)
    let unsigned = token.split(separator: ".").dropLast().joined(separator: ".") + "."
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      let expected = "400 invalid-jwt: Could not verify JWT: JWSError JWSNoSignatures"
      #expect(await fixture.refusal(token: unsigned) == expected)
      #expect(await fixture.refusal(token: token) == expected)
    }
  }

  /// Each is refused although the signature is right.
  @Test(
    arguments: [
      ("jku", "https://evil.example/keys"), ("x5u", "https://evil.example/cert"),
      ("jwk", ["kty": "oct"]), ("x5c", ["MIIB"]), ("crit", ["exp"]), ("crit", []),
      ("kid", "../../dev/null"), ("kid", "/dev/null"), ("kid", "x' UNION SELECT 'a"),
      ("kid", "file:///etc/passwd"), ("kid", "|cat"), ("kid", 7), ("alg", nil), ("alg", 1),
      ("alg", "hs256"), ("alg", "EdDSA "),
    ] as [(String, JSONValue)]
  )
  func refusesAHeaderThatChoosesItsKey(name: String, value: JSONValue) async throws {
    let key = try SigningKey(.hs256, secret: Self.secret)
    let token = key.token(claims(), header: [JSONObject.Member(key: name, value: value)])
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(await fixture.refusal(token: token) == Self.invalid)
    }
  }

  @Test func takesAKidThatNoFixedKeyHas() async throws {
    let key = try SigningKey(.hs256, secret: Self.secret)
    let header = [JSONObject.Member(key: "kid", value: "any+key/of=mine")]
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      #expect(try await fixture.session(token: key.token(claims(), header: header)) == Self.user)
    }
  }

  @Test func refusesASignatureThatIsSpeltDifferently() async throws {
    let key = try SigningKey(.hs256, secret: Self.secret)
    let token = key.token(claims())
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      _ = try await fixture.session(token: token)
      let reason =
        "400 invalid-jwt: Could not verify JWT: JWSError (JSONDecodeError \"Error in $: "
        + "the signature is not base64url\")"
      #expect(await fixture.refusal(token: token + "=") == reason)
      // The last character of 43 has two bits that no byte has.
      let last = try #require(token.utf8.last)
      let other = String(token.dropLast()) + String(UnicodeScalar(last == 0x41 ? 0x42 : last + 1))
      #expect(await fixture.refusal(token: other) != nil)
      #expect(await fixture.refusal(token: String(token.dropLast(2))) != nil)
    }
  }

  @Test(arguments: [
    ("a", "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 1)"),
    ("a.b.c.d.e", "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 5)"),
    ("..", "JWSError (JSONDecodeError \"Error in $: not a valid json value\")"),
    ("!.e30.", "JWSError (JSONDecodeError \"Error in $: the header is not base64url\")"),
    ("e30.!.", "JWSError (JSONDecodeError \"Error in $: the payload is not base64url\")"),
    ("e30.e30.", "JWSError JWSInvalidSignature"),
    (
      "W10.e30.",
      "JWSError (JSONDecodeError \"Error in $: parsing HashMap ~Text failed, expected Object, "
        + "but encountered Array\")"
    ),
  ])
  func saysWhatIsNoToken(text: String, reason: String) async throws {
    let key = try SigningKey(.hs256, secret: Self.secret)
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      let expected = "400 invalid-jwt: Could not verify JWT: \(reason)"
      #expect(await fixture.refusal(token: text) == expected)
    }
  }

  @Test func refusesASignatureOfAnotherLength() async throws {
    let key = try SigningKey(.es256)
    let parts = key.token(claims()).split(separator: ".")
    try await AuthenticatorFixture.with(jwt: configuration(key)) { fixture async throws in
      for length in [0, 1, 63, 65, 128] {
        let signature = Base64URL.encode([UInt8](repeating: 1, count: length))
        let token = "\(parts[0]).\(parts[1]).\(String(decoding: signature, as: UTF8.self))"
        #expect(await fixture.refusal(token: token) == Self.invalid)
      }
    }
  }
}
