package import JSON

/// A token taken to pieces, and nothing of it believed: RFC 7515 §7.1.
package struct CompactToken: Sendable {
  /// What the signature is of: head and payload as they came, with the dot between.
  package let signed: ArraySlice<UInt8>
  package let header: JSONObject
  package let payload: [UInt8]
  package let signature: [UInt8]

  /// Deeper than anyone's claims are, and shallow enough for any stack.
  static let maximumDepth = 64

  /// Why a text is no token, in the words of Hasura.
  package struct Malformed: Error, Hashable, Sendable {
    package var message: String
  }

  package init(_ token: ArraySlice<UInt8>) throws(Malformed) {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw Malformed(
        message: "JWSError (CompactDecodeError Invalid number of parts: "
          + "Expected 3 parts; got \(parts.count))"
      )
    }
    signed = token[parts[0].startIndex..<parts[1].endIndex]
    header = try CompactToken.object(try CompactToken.bytes(parts[0], "header"))
    payload = try CompactToken.bytes(parts[1], "payload")
    signature = try CompactToken.bytes(parts[2], "signature")
  }

  private static func bytes(
    _ text: ArraySlice<UInt8>,
    _ part: String
  ) throws(Malformed) -> [UInt8] {
    guard let bytes = Base64URL.decode(text) else {
      throw Malformed(
        message: "JWSError (JSONDecodeError \"Error in $: the \(part) is not base64url\")"
      )
    }
    return bytes
  }

  private static func object(_ bytes: [UInt8]) throws(Malformed) -> JSONObject {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes.span, maximumDepth: maximumDepth)
    } catch {
      throw Malformed(
        message: "JWSError (JSONDecodeError \"Error in $: not a valid json value\")"
      )
    }
    guard case .object(let object) = value else {
      throw Malformed(
        message: "JWSError (JSONDecodeError \"Error in $: parsing HashMap ~Text failed, "
          + "expected Object, but encountered \(value.kindName)\")"
      )
    }
    return object
  }

  /// Who the token says has issued it, before anything of it is verified; nil where it does not say.
  package static func unverifiedIssuer(_ token: ArraySlice<UInt8>) -> String? {
    let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count >= 3, let payload = Base64URL.decode(parts[1]),
      let value = try? JSONValue(parsing: payload.span, maximumDepth: maximumDepth)
    else { return nil }
    return value["iss"]?.string
  }
}
