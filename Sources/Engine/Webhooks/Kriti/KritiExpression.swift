import JSON

/// A template of the language Kriti, parsed: JSON with expressions in `{{ … }}`.
indirect enum KritiExpression: Hashable, Sendable {
  enum Operator: String, CaseIterable, Hashable, Sendable {
    // The longer ones first, as they are looked for in this order.
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case and = "&&"
    case or = "||"
    case otherwise = "??"
    case member = "in"

    /// How tightly it binds.
    var level: Int {
      switch self {
      case .otherwise: 1
      case .or: 2
      case .and: 3
      default: 4
      }
    }
  }

  enum Step: Hashable, Sendable {
    case key(String, isOptional: Bool)
    case index(KritiExpression, isOptional: Bool)
  }

  case literal(JSONValue)
  /// Texts and what stands between them.
  case text([KritiExpression])
  case array([KritiExpression])
  case object([Member])
  case variable(String)
  case path(KritiExpression, [Step])
  case call(String, KritiExpression)
  case binary(Operator, KritiExpression, KritiExpression)
  case conditional(KritiExpression, then: KritiExpression, otherwise: KritiExpression)
  case range(index: String?, element: String, of: KritiExpression, body: KritiExpression)

  struct Member: Hashable, Sendable {
    var key: String
    var value: KritiExpression
  }
}

/// Why a template cannot be read or filled in.
struct KritiError: Error, Hashable, Sendable {
  var message: String
  /// Byte offset in the template; nil where it was filled in.
  var offset: Int?

  /// As Hasura tells it.
  var encoded: JSONValue {
    var error: JSONObject = [
      "error_code": .string(offset == nil ? "Evaluation Error" : "Parse Error"),
      "message": .string(message),
    ]
    if let offset {
      error.append("source_position", ["offset": .number(JSONNumber(offset))])
    }
    return .array([.object(error)])
  }
}
