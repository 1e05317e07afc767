import Engine
import HTTP
import JSON

/// What a hook said, understood.
struct WebhookAnswer: Sendable {
  var session: Session
  /// Passed on to the client.
  var cookies: [String]
  /// How long the answer may be used for equal requests, in milliseconds since 1970.
  var cachedUntil: Int?
  /// What is wrong about it and does not matter enough to refuse it.
  var warning: String?

  init(_ response: HTTPClientResponse, at now: Int) throws(HasuraError) {
    switch response.status {
    case 200: break
    case 401:
      throw HasuraError(.accessDenied, "Authentication hook unauthorized this request")
    default: throw HasuraError(.unexpected, "Invalid response from authorization hook")
    }
    let members = try WebhookAnswer.members(response.body)
    var role: String?
    var variables: [SessionVariable] = []
    for member in members {
      let name = member.key.lowercased()
      guard name.utf8.starts(with: "x-hasura-".utf8) else { continue }
      let text = try WebhookAnswer.text(member)
      variables.removeAll { $0.name.hasSameBytes(as: name) }
      if name == "x-hasura-role" {
        role = text
      } else {
        variables.append(SessionVariable(name: name, value: text))
      }
    }
    guard let role, !role.isEmpty else {
      throw HasuraError(
        .invalidParams,
        "\"x-hasura-role\" not found in session variables"
      )
    }
    variables.sort { $0.name < $1.name }
    session = Session(role: role, claiming: variables)
    cookies = response.all("set-cookie")
    session.expiresAt = expiry(JSONObject(members), at: now)
    cachedUntil = WebhookAnswer.cacheEnd(response, at: now)
  }

  private static func members(_ body: [UInt8]) throws(HasuraError) -> [JSONObject.Member] {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: body.span, maximumDepth: CompactToken.maximumDepth)
    } catch {
      throw invalid("Error in $: not a valid json value")
    }
    guard case .object(let object) = value else {
      throw invalid(
        "Error in $: parsing HashMap ~Text failed, expected Object, but encountered "
          + value.kindName
      )
    }
    return object.members
  }

  private static func text(_ member: JSONObject.Member) throws(HasuraError) -> String {
    do throws(HasuraError) {
      return try SessionValue.text(of: member.value)
    } catch {
      throw invalid(
        "Error in $['\(member.key)']: parsing Text failed, expected String, but encountered "
          + member.value.kindName
      )
    }
  }

  private static func invalid(_ reason: String) -> HasuraError {
    HasuraError(.unexpected, "Invalid response from authorization hook: \(reason)")
  }

  /// When the session ends: members of the answer's JSON, under these exact names.
  private mutating func expiry(_ object: JSONObject, at now: Int) -> Int? {
    if let text = object["Cache-Control"]?.string {
      if let age = CacheControl(text).maximumAgeSeconds { return now.addingClamped(age * 1000) }
      warning = "could not find max-age/s-maxage"
    }
    guard let text = object["Expires"]?.string else { return nil }
    let expiry = HTTPDate.milliseconds(text)
    if expiry == nil { warning = "Expires is not a valid timestamp" }
    return expiry
  }

  /// The headers of the answer say whether it may be used again; without them it may not.
  private static func cacheEnd(_ response: HTTPClientResponse, at now: Int) -> Int? {
    guard response["set-cookie"] == nil else { return nil }
    guard let text = response["cache-control"] else {
      return response["expires"].flatMap(HTTPDate.milliseconds)
    }
    let control = CacheControl(text)
    guard !control.isNotCached, let age = control.maximumAgeSeconds, age > 0 else { return nil }
    return now.addingClamped(age * 1000)
  }
}
