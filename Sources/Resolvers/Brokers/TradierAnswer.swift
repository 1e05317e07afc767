import JSON

/// The forms that Tradier's answers take before they hold data.
///
/// A list of one is an object, a list of none is the string `"null"`, null or missing; an error may
/// come with status 200, as `fault` or as `errors`.
struct TradierAnswer {
  static let provider = "tradier"
  private let json: JSONObject

  init(_ answer: JSONValue) throws(BrokerError) {
    guard let json = answer.object else { throw Self.unexpected("something that is no object") }
    let fault = json["fault"]
    if let message = fault?["faultstring"]?.string {
      let code = fault?["detail"]?["errorcode"]?.string
      throw BrokerError(provider: Self.provider, reason: .refused(code: code, message: message))
    }
    if let errors = json["errors"]?["error"] {
      let messages = errors.array?.compactMap(\.string) ?? [errors.string].compactMap { $0 }
      throw BrokerError(
        provider: Self.provider,
        reason: .refused(code: nil, message: messages.joined(separator: " "))
      )
    }
    self.json = json
  }

  /// The objects of `{outer: {inner: […]}}`.
  func objects(_ outer: String, _ inner: String) throws(BrokerError) -> [BrokerObject] {
    guard let wrapper = BrokerObject(json)[outer] else { return [] }
    guard let list = wrapper.object else { throw Self.unexpected("\(outer) that are no object") }
    return try Self.objects(BrokerObject(list)[inner])
  }

  /// One object, several, or none.
  static func objects(_ value: JSONValue?) throws(BrokerError) -> [BrokerObject] {
    switch value {
    case nil: return []
    case .object(let object): return [BrokerObject(object)]
    case .array(let array):
      let objects = array.compactMap(\.object).map { BrokerObject($0) }
      guard objects.count == array.count else { throw unexpected("a list of other than objects") }
      return objects
    default: throw unexpected("something in place of a list")
    }
  }

  func object(_ key: String) throws(BrokerError) -> BrokerObject {
    guard let object = json[key]?.object else { throw Self.unexpected("without \(key)") }
    return BrokerObject(object)
  }

  static func unexpected(_ what: String) -> BrokerError {
    BrokerError(provider: provider, reason: .unexpected(what))
  }
}
