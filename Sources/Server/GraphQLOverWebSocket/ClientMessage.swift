import Engine
import JSON

/// What all messages of a client have, in both protocols.
struct ClientMessage: Hashable, Sendable {
  var type: String
  private let members: JSONObject

  init(parsing text: [UInt8]) throws(MalformedMessage) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text.span)
    } catch {
      throw MalformedMessage("not JSON: \(error)")
    }
    guard case .object(let members) = value else {
      throw MalformedMessage("expected an object, but encountered \(value.kindName)")
    }
    guard case .string(let type)? = members["type"] else {
      throw MalformedMessage("\"type\" has to be there, as a string")
    }
    self.type = type
    self.members = members
  }

  /// The operation that the message is about.
  func id() throws(MalformedMessage) -> OperationID {
    guard case .string(let id)? = members["id"], !id.isEmpty else {
      throw MalformedMessage("\"id\" has to be there, as a string that is not empty")
    }
    return OperationID(id)
  }

  /// The payload where it has to be an object or may be absent; null is absent.
  func optionalPayload() throws(MalformedMessage) -> JSONObject? {
    switch members["payload"] {
    case nil, .null?: return nil
    case .object(let payload)?: return payload
    case let other?:
      throw MalformedMessage("\"payload\" has to be an object, but is of type \(other.kindName)")
    }
  }

  /// The operation that is to be started.
  ///
  /// The outer error is for what is no request; the inner one for a request that is refused.
  func call() throws(MalformedMessage) -> Result<GraphQLCall, RequestError> {
    guard let payload = members["payload"] else {
      throw MalformedMessage("\"payload\" has to be there")
    }
    do {
      return .success(try GraphQLCall(decoding: payload, at: "$"))
    } catch {
      guard error.error.code == .parseFailed else { return .failure(error) }
      throw MalformedMessage(error.error.message)
    }
  }

  /// What a client says about itself when it opens a session.
  func connectionHeaders() throws(MalformedMessage) -> [ConnectionHeader] {
    guard let payload = try optionalPayload() else { return [] }
    switch payload["headers"] {
    case nil, .null?: return []
    case .object(let headers)?:
      var fields: [ConnectionHeader] = []
      for member in headers.members where !member.value.isNull {
        fields.append(try ConnectionHeader(member.key, member.value))
      }
      return fields
    case let other?:
      throw MalformedMessage("\"headers\" has to be an object, but is of type \(other.kindName)")
    }
  }
}

/// A message that is none of the protocol's.
struct MalformedMessage: Error, Hashable, Sendable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
