import Engine
import JSON

/// Templates for webhooks out of any bytes: what comes of one is JSON, and the same each time.
enum KritiCheck {
  static func run(_ bytes: [UInt8]) {
    let template = String(decoding: bytes, as: UTF8.self)
    let variables: [String: JSONValue] = [
      "$body": ["a": [1, "x", nil], "b": ["c": true]], "$base_url": "http://h",
      "$session_variables": ["x-hasura-role": "user"],
    ]
    guard let value = KritiTemplate.fill(template, variables) else { return }
    precondition(KritiTemplate.fill(template, variables) == value, "it comes to something else")
    let text = value.serialized
    precondition((try? JSONValue(parsing: text.span)) != nil, "it is no JSON")
  }
}
