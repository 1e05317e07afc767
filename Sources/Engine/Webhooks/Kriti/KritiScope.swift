import JSON

/// Fills templates in.
struct KritiScope: Sendable {
  var variables: [String: JSONValue]

  /// The value of a template of a JSON value.
  func value(_ template: String) throws(KritiError) -> JSONValue {
    try evaluate(KritiParser.parse(template))
  }

  /// The text of a template of a text.
  func text(_ template: String) throws(KritiError) -> String {
    try Self.text(of: evaluate(KritiParser.parse(text: template)))
  }

  /// How many steps it may take to fill a template in: ranges within ranges multiply.
  private static let maximumSteps = 1_000_000

  func evaluate(_ expression: KritiExpression) throws(KritiError) -> JSONValue {
    var steps = Self.maximumSteps
    return try evaluate(expression, &steps)
  }

  private func evaluate(
    _ expression: KritiExpression,
    _ remaining: inout Int
  ) throws(KritiError) -> JSONValue {
    remaining -= 1
    guard remaining > 0 else { throw failure("the template takes too long") }
    switch expression {
    case .literal(let value): return value
    case .text(let parts):
      var text = ""
      for part in parts { text += try Self.text(of: evaluate(part, &remaining)) }
      return .string(text)
    case .array(let elements):
      var values: [JSONValue] = []
      for element in elements { values.append(try evaluate(element, &remaining)) }
      return .array(values)
    case .object(let members):
      var object = JSONObject()
      for member in members { object[member.key] = try evaluate(member.value, &remaining) }
      return .object(object)
    case .variable(let name):
      guard let value = variables[name] else { throw failure("variable \(name) is not defined") }
      return value
    case .path(let base, let steps):
      return try follow(steps, from: evaluate(base, &remaining), &remaining)
    case .call(let name, let argument):
      return try KritiFunction.call(name, evaluate(argument, &remaining), variables)
    case .binary(let operation, let left, let right):
      return try binary(operation, left, right, &remaining)
    case .conditional(let condition, let then, let otherwise):
      guard case .bool(let holds) = try evaluate(condition, &remaining) else {
        throw failure("the condition of an if is no boolean")
      }
      return try evaluate(holds ? then : otherwise, &remaining)
    case .range(let index, let element, let list, let body):
      guard case .array(let elements) = try evaluate(list, &remaining) else {
        throw failure("a range needs an array")
      }
      var values: [JSONValue] = []
      for (position, value) in elements.enumerated() {
        var inner = self
        inner.variables[element] = value
        if let index { inner.variables[index] = .number(JSONNumber(position)) }
        values.append(try inner.evaluate(body, &remaining))
      }
      return .array(values)
    }
  }

  private func follow(
    _ steps: [KritiExpression.Step],
    from start: JSONValue,
    _ remaining: inout Int
  ) throws(KritiError) -> JSONValue {
    var value = start
    for step in steps {
      let found: JSONValue?
      let name: String
      let isOptional: Bool
      switch step {
      case .key(let key, let optional):
        (found, name, isOptional) = (value[key], key, optional)
      case .index(let expression, let optional):
        isOptional = optional
        switch try evaluate(expression, &remaining) {
        case .string(let key): (found, name) = (value[key], key)
        case .number(let number):
          let index = number.int ?? -1
          let elements = value.array ?? []
          found = elements.indices.contains(index) ? elements[index] : nil
          name = number.text
        default: throw failure("an index has to be a text or a number")
        }
      }
      if let found {
        value = found
      } else if isOptional {
        return .null
      } else {
        throw failure("Object has no key: \(name)")
      }
    }
    return value
  }

  private func binary(
    _ operation: KritiExpression.Operator,
    _ left: KritiExpression,
    _ right: KritiExpression,
    _ remaining: inout Int
  ) throws(KritiError) -> JSONValue {
    let first = try evaluate(left, &remaining)
    switch operation {
    case .otherwise: return first.isNull ? try evaluate(right, &remaining) : first
    case .and, .or:
      guard case .bool(let own) = first else { throw failure("a boolean is expected") }
      if own == (operation == .or) { return first }
      let second = try evaluate(right, &remaining)
      guard case .bool = second else { throw failure("a boolean is expected") }
      return second
    default: break
    }
    let second = try evaluate(right, &remaining)
    switch operation {
    case .equal: return .bool(Self.isEqual(first, second))
    case .notEqual: return .bool(!Self.isEqual(first, second))
    case .member:
      switch second {
      case .array(let elements):
        return .bool(elements.contains { Self.isEqual($0, first) })
      case .object(let object): return .bool(first.string.map { object[$0] != nil } ?? false)
      default: throw failure("in needs an array or an object")
      }
    default:
      guard let order = Self.order(first, second) else {
        throw failure("values of these kinds have no order")
      }
      let holds =
        switch operation {
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        default: order >= 0
        }
      return .bool(holds)
    }
  }

  private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if case .number(let left) = left, case .number(let right) = right {
      return left.text == right.text || left.double == right.double
    }
    return left == right
  }

  private static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
    switch (left, right) {
    case (.number(let left), .number(let right)):
      if let left = left.int, let right = right.int { return (left - right).signum() }
      guard let left = left.double, let right = right.double else { return nil }
      return left < right ? -1 : left > right ? 1 : 0
    case (.string(let left), .string(let right)):
      return left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    default: return nil
    }
  }

  /// The text of a value within a text.
  private static func text(of value: JSONValue) throws(KritiError) -> String {
    switch value {
    case .string(let text): text
    case .number(let number): number.text
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    default: throw KritiError(message: "Cannot interpolate type: object or array", offset: nil)
    }
  }

  private func failure(_ message: String) -> KritiError {
    KritiError(message: message, offset: nil)
  }
}
