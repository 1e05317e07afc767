import Engine
import JSON
import Testing

@testable import Authentication

@Suite("Token claims")
struct TokenClaimsTests {
  private static let secret = "0123456789012345678901234567890123456789"
  private static let user = Session.expected("user", [("x-hasura-user-id", "1")])

  private func with(
    _ members: [JSONObject.Member] = [],
    _ test: (AuthenticatorFixture, SigningKey) async throws -> Void
  ) async throws {
    var configuration: JSONObject = ["type": "HS256", "key": .string(Self.secret)]
    for member in members { configuration[member.key] = member.value }
    let key = try SigningKey(.hs256, secret: Array(Self.secret.utf8))
    try await AuthenticatorFixture.with(jwt: .object(configuration)) { try await test($0, key) }
  }

  private func member(_ key: String, _ value: JSONValue) -> JSONObject.Member {
    JSONObject.Member(key: key, value: value)
  }

  // MARK: - Times, issuer, audience

  @Test(arguments: [
    ("exp", -30, 0, "JWTExpired"), ("exp", -30, 60, nil), ("exp", 0, 0, "JWTExpired"),
    ("exp", 60, 0, nil), ("nbf", 30, 0, "JWTNotYetValid"), ("nbf", 30, 60, nil),
    ("nbf", -1, 0, nil), ("iat", 30, 0, "JWTIssuedAtFuture"), ("iat", 30, 60, nil),
    ("iat", -1, 0, nil),
  ])
  func heedsTheTimes(claim: String, offset: Int, skew: Int, reason: String?) async throws {
    let allowed = member("allowed_skew", .number(JSONNumber(skew)))
    try await with([allowed]) { fixture, key async throws in
      let time = JSONValue.number(JSONNumber(nowInSeconds + offset))
      let token = key.token(claims(adding: [member(claim, time)]))
      let expected = reason.map { "400 invalid-jwt: Could not verify JWT: \($0)" }
      #expect(await fixture.refusal(token: token) == expected)
    }
  }

  @Test func theSessionEndsWithTheToken() async throws {
    try await with { fixture, key async throws in
      let token = key.token(claims(adding: [member("exp", 4_000_000_000)]))
      var expected = Self.user
      expected.expiresAt = 4_000_000_000_000
      #expect(try await fixture.session(token: token) == expected)
    }
  }

  @Test(
    arguments: [
      ("exp", "never", "exp: parsing NumericDate failed, expected Number, but encountered String"),
      ("exp", true, "exp: parsing NumericDate failed, expected Number, but encountered Boolean"),
      ("nbf", [], "nbf: parsing NumericDate failed, expected Number, but encountered Array"),
      ("iss", 1, "iss: parsing StringOrURI failed, expected String, but encountered Number"),
      ("sub", 1, "sub: parsing StringOrURI failed, expected String, but encountered Number"),
      (
        "aud", ["a", 1], "aud: parsing StringOrURI failed, expected String, but encountered Number"
      ),
    ] as [(String, JSONValue, String)]
  )
  func refusesAClaimOfAnotherType(claim: String, value: JSONValue, reason: String) async throws {
    try await with { fixture, key async throws in
      let token = key.token(claims(adding: [member(claim, value)]))
      let expected =
        "400 invalid-jwt: Could not verify JWT: JWTClaimsSetDecodeError \"Error in $.\(reason)\""
      #expect(await fixture.refusal(token: token) == expected)
    }
  }

  @Test(
    arguments: [
      ("audience", "mine", "aud", "mine", nil), ("audience", "mine", "aud", ["x", "mine"], nil),
      ("audience", ["mine", "ours"], "aud", "ours", nil),
      ("audience", "mine", "aud", "theirs", "JWTNotInAudience"),
      ("audience", "mine", "aud", [], "JWTNotInAudience"),
      ("audience", "mine", "sub", "x", "JWTNotInAudience"),
      ("issuer", "me", "iss", "me", nil), ("issuer", "me", "iss", "you", "JWTNotInIssuer"),
      ("issuer", "me", "sub", "x", "JWTNotInIssuer"),
      ("claims_format", "json", "iss", "anyone", nil), ("claims_format", "json", "aud", "all", nil),
    ] as [(String, JSONValue, String, JSONValue, String?)]
  )
  func heedsIssuerAndAudience(
    option: String,
    configured: JSONValue,
    claim: String,
    value: JSONValue,
    reason: String?
  ) async throws {
    try await with([member(option, configured)]) { fixture, key async throws in
      let token = key.token(claims(adding: [member(claim, value)]))
      let expected = reason.map { "400 invalid-jwt: Could not verify JWT: \($0)" }
      #expect(await fixture.refusal(token: token) == expected)
    }
  }

  // MARK: - Roles

  @Test func theRequestPicksAmongTheAllowedRoles() async throws {
    try await with { fixture, key async throws in
      let token = key.token(claims())
      func session(_ role: String) async throws -> Session {
        try await fixture.session(token: token, [("X-Hasura-Role", role)])
      }
      let editor = Session.expected("editor", [("x-hasura-user-id", "1")])
      #expect(try await session("editor") == editor)
      #expect(try await session("") == Self.user)
      for role in ["admin", "Editor", "user ", "e\u{301}ditor"] {
        let headers = [(name: "x-hasura-role", value: role)]
        #expect(
          await fixture.refusal(token: token, headers)
            == "400 access-denied: Your requested role is not in allowed roles"
        )
      }
    }
  }

  @Test func theClientsOwnVariablesMeanNothing() async throws {
    try await with { fixture, key async throws in
      let headers = [
        (name: "x-hasura-user-id", value: "2"), (name: "x-hasura-other", value: "x"),
        (name: "x-hasura-use-backend-only-permissions", value: "true"),
      ]
      #expect(try await fixture.session(token: key.token(claims()), headers) == Self.user)
    }
  }

  @Test(
    arguments: [
      (
        ["x-hasura-default-role": "user"],
        "jwt-missing-role-claims: JWT claim does not contain x-hasura-allowed-roles"
      ),
      (
        ["x-hasura-allowed-roles": ["user"]],
        "jwt-missing-role-claims: JWT claim does not contain x-hasura-default-role"
      ),
      (
        ["x-hasura-allowed-roles": "user", "x-hasura-default-role": "user"],
        "jwt-invalid-claims: invalid x-hasura-allowed-roles; should be a list of roles: parsing [] "
          + "failed, expected Array, but encountered String"
      ),
      (
        ["x-hasura-allowed-roles": ["user", 1], "x-hasura-default-role": "user"],
        "jwt-invalid-claims: invalid x-hasura-allowed-roles; should be a list of roles: parsing "
          + "RoleName failed, expected String, but encountered Number"
      ),
      (
        ["x-hasura-allowed-roles": ["user"], "x-hasura-default-role": ["user"]],
        "jwt-invalid-claims: invalid x-hasura-default-role; should be a single role name: parsing "
          + "RoleName failed, expected String, but encountered Array"
      ),
      (
        ["x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "admin"],
        "access-denied: Your requested role is not in allowed roles"
      ),
      (
        ["x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-a": nil],
        "jwt-invalid-claims: x-hasura-* claims: parsing Text failed, expected String, but encountered Null"
      ),
      (
        [
          "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user",
          "x-hasura-a": ["a": 1],
        ],
        "jwt-invalid-claims: x-hasura-* claims: parsing Text failed, expected String, but encountered Object"
      ),
      ("text", "jwt-invalid-claims: expecting a json object when claims_format is json"),
    ] as [(JSONValue, String)]
  )
  func saysWhatIsWrongAboutTheClaims(hasura: JSONValue, reason: String) async throws {
    try await with { fixture, key async throws in
      #expect(await fixture.refusal(token: key.token(claims(hasura))) == "400 \(reason)")
    }
  }

  @Test func makesTextOfOtherValues() async throws {
    try await with { fixture, key async throws in
      let number = try #require(JSONNumber("9007199254740993.10"))
      let hasura: JSONValue = [
        "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user",
        "x-hasura-big": .number(number), "x-hasura-flag": true,
        "x-hasura-list": ["a", "b \"c\" \\", 3, false, nil], "x-hasura-none": [], "other": 1,
        "X-Hasura-Role": "admin",
      ]
      let expected = Session.expected(
        "user",
        [
          ("x-hasura-big", "9007199254740993.10"), ("x-hasura-flag", "true"),
          ("x-hasura-list", #"{"a","b \"c\" \\",3,false,NULL}"#), ("x-hasura-none", "{}"),
        ]
      )
      #expect(try await fixture.session(token: key.token(claims(hasura))) == expected)
    }
  }

  // MARK: - Where the claims are

  private static let own: JSONValue = [
    "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-user-id": "1",
  ]

  @Test(
    arguments: [
      ("claims_namespace", "mine", ["mine": Self.own]),
      ("claims_namespace_path", "$", Self.own),
      ("claims_namespace_path", "$.a.b", ["a": ["b": Self.own]]),
      ("claims_namespace_path", "$.a['b%']", ["a": ["b%": Self.own]]),
      ("claims_namespace_path", "$.a[1]", ["a": [0, Self.own]]),
    ] as [(String, JSONValue, JSONValue)]
  )
  func findsTheClaims(option: String, value: JSONValue, payload: JSONValue) async throws {
    try await with([member(option, value)]) { fixture, key async throws in
      #expect(try await fixture.session(token: key.token(payload)) == Self.user)
    }
  }

  @Test(
    arguments: [
      ("claims_namespace", "mine", [:], "claims key: 'mine' not found"),
      ("claims_namespace", "sub", ["sub": "x"], "claims key: 'sub' not found"),
      (
        "claims_namespace_path", "$.a.b", ["a": []],
        "claims not found at claims_namespace_path: '$.a.b'"
      ),
      (
        "claims_format", "stringified_json", ["https://hasura.io/jwt/claims": [:]],
        "expecting a string when claims_format is stringified_json"
      ),
      (
        "claims_format", "stringified_json", ["https://hasura.io/jwt/claims": "x"],
        "expecting stringified json at: 'claims_namespace https://hasura.io/jwt/claims', but found: x"
      ),
    ] as [(String, JSONValue, JSONValue, String)]
  )
  func saysThatTheClaimsAreNotThere(
    option: String,
    value: JSONValue,
    payload: JSONValue,
    reason: String
  ) async throws {
    try await with([member(option, value)]) { fixture, key async throws in
      let expected = "400 jwt-invalid-claims: \(reason)"
      #expect(await fixture.refusal(token: key.token(payload)) == expected)
    }
  }

  @Test func readsStringifiedClaims() async throws {
    try await with([member("claims_format", "stringified_json")]) { fixture, key async throws in
      let token = key.token(claims(.string(Self.own.text)))
      #expect(try await fixture.session(token: token) == Self.user)
    }
  }

  @Test func mapsClaims() async throws {
    let map: JSONValue = [
      "x-hasura-allowed-roles": ["path": "$.['https://myapp.com/claims'].roles"],
      "x-hasura-default-role": ["path": "$.role", "default": "user"],
      "X-Hasura-User-Id": ["path": "$.user.id"],
      "x-hasura-literal": "fixed",
      "x-hasura-company": ["path": "$.company", "default": "none"],
    ]
    try await with([member("claims_map", map)]) { fixture, key async throws in
      let payload: JSONValue = [
        "https://myapp.com/claims": ["roles": ["user", "boss"]], "user": ["id": 1], "role": "boss",
      ]
      let expected = Session.expected(
        "boss",
        [("x-hasura-company", "none"), ("x-hasura-literal", "fixed"), ("x-hasura-user-id", "1")]
      )
      #expect(try await fixture.session(token: key.token(payload)) == expected)
      let others: [(JSONValue, String)] = [
        (
          ["https://myapp.com/claims": ["roles": ["user"]]],
          "jwt-invalid-claims: JWT claim from claims_map, x-hasura-user-id not found"
        ),
        (
          ["user": ["id": 1]],
          "jwt-missing-role-claims: JWT claim does not contain x-hasura-allowed-roles"
        ),
      ]
      for (payload, reason) in others {
        #expect(await fixture.refusal(token: key.token(payload)) == "400 \(reason)")
      }
    }
  }
}
