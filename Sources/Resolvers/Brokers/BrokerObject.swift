import JSON

/// A JSON object of a broker's: numbers come as numbers or as strings, nothing as null, "" or "null".
struct BrokerObject {
  let json: JSONObject

  init(_ json: JSONObject) {
    self.json = json
  }

  /// The object as text, for a column `raw`.
  var raw: String { JSONValue.object(json).text }

  subscript(_ key: String) -> JSONValue? {
    let value = json[key]
    return value?.isNull == true || value == "null" || value == "" ? nil : value
  }

  func text(_ key: String) -> String? {
    switch self[key] {
    case .string(let text): text
    case .number(let number): number.text
    default: nil
    }
  }

  /// A number that fits `numeric(precision, scale)`.
  func number(_ key: String, precision: Int = 20, scale: Int) -> ExactDecimal? {
    ExactDecimal(self[key]).fitting(precision: precision, scale: scale)
  }

  /// Money: four places.
  func amount(_ key: String) -> ExactDecimal? { number(key, scale: 4) }

  /// A price or a number of shares: nine places.
  func quantity(_ key: String) -> ExactDecimal? { number(key, scale: 9) }

  func time(_ key: String) -> Timestamp? { Timestamp(self[key]) }

  func flag(_ key: String) -> Bool? { self[key]?.bool }

  func count(_ key: String) -> Int? {
    text(key).flatMap { Int32($0) }.map { Int($0) }
  }
}
