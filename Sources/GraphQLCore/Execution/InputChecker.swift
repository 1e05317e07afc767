import JSON

/// Finds out what is wrong with a value that an input type does not take.
///
/// Reports everything, in the order of the reference implementation.
struct InputChecker {
  let schema: Schema
  /// Whether messages may tell names that are like a wrong one.
  let suggests: Bool
  private(set) var problems: [InputProblem] = []
  private var path: [PathStep] = []

  init(_ schema: Schema, suggests: Bool) {
    self.schema = schema
    self.suggests = suggests
  }

  mutating func check(_ json: JSONValue, as type: TypeReference, takesTexts: Bool = false) {
    if case .null = json {
      if type.isNonNull { report(.null(type: schema.name(of: type))) }
      return
    }
    if let item = type.item {
      guard case .array(let elements) = json else {
        if case .string(let text) = json, schema.takes(text, asListOf: item) { return }
        return check(json, as: item, takesTexts: takesTexts)
      }
      for (index, element) in elements.enumerated() {
        at(.index(index)) { $0.check(element, as: item, takesTexts: takesTexts) }
      }
      return
    }
    switch schema[type.type].kind {
    case .inputObject: checkObject(json, as: type.type)
    case .enum: checkEnum(json, as: type.type)
    default:
      if takesTexts, case .string = json, type.type.isWrittenAsText { return }
      checkScalar(json, as: type.type)
    }
  }

  private mutating func checkObject(_ json: JSONValue, as type: TypeID) {
    let definition = schema[type]
    guard case .object(let object) = json else {
      return report(.notAnObject(type: definition.name, found: json.inspected))
    }
    // Written once: a hostile object has thousands of members, each with its own problem.
    lazy var found = json.inspected
    var given: [InputValueID: JSONValue] = [:]
    for member in object.members {
      if let id = schema.inputField(named: member.key, of: type) { given[id] = member.value }
    }
    for index in definition.inputFields {
      let field = schema.inputValues[index]
      if let value = given[InputValueID(index)] {
        at(.inputField(field.name)) {
          $0.check(value, as: field.type, takesTexts: field.takesTexts)
        }
      } else if field.isRequired {
        report(
          .missingField(type: definition.name, field: field.name, found: found)
        )
      }
    }
    var known: [JSONObject.Member] = []
    for member in object.members {
      guard schema.inputField(named: member.key, of: type) == nil else {
        known.append(member)
        continue
      }
      reportUnknown(field: member.key, of: type, found: found)
    }
    guard definition.isOneOf else { return }
    if known.count != 1 { report(.notExactlyOneField(type: definition.name)) }
    if let first = known.first, first.value.isNull {
      at(.inputField(first.key)) { $0.report(.notExactlyOneField(type: definition.name)) }
    }
  }

  private mutating func checkEnum(_ json: JSONValue, as type: TypeID) {
    let name = schema[type].name
    guard case .string(let value) = json else {
      let found = json.inspected
      let suggestions = suggestedValues(for: found, of: type)
      return report(
        .notAnEnumValue(type: name, found: found, isLiteral: false, suggestions: suggestions)
      )
    }
    if schema.enumValue(named: value, of: type) == nil {
      let suggestions = suggestedValues(for: value, of: type)
      report(.unknownEnumValue(type: name, value: value, suggestions: suggestions))
    }
  }

  private mutating func checkScalar(_ json: JSONValue, as type: TypeID) {
    guard ScalarCoercion.value(json, as: type) == nil else { return }
    let found = json.inspected
    switch type {
    case .int:
      if let number = json.number, ScalarCoercion.integer(number.text) != nil {
        report(.intTooLarge(found: found))
      } else {
        report(.notAnInt(found: found))
      }
    case .float: report(.notAFloat(found: found))
    case .string: report(.notAString(found: found))
    case .boolean: report(.notABoolean(found: found))
    default: report(.notAnID(found: found, isLiteral: false))
    }
  }

  // MARK: - Reporting

  mutating func at(_ step: PathStep, _ check: (inout Self) -> Void) {
    path.append(step)
    check(&self)
    path.removeLast()
  }

  mutating func report(_ reason: InputProblem.Reason, at offset: Int? = nil) {
    problems.append(InputProblem(reason: reason, path: path, offset: offset))
  }

  mutating func reportUnknown(
    field: String,
    of type: TypeID,
    found: String,
    at offset: Int? = nil
  ) {
    let definition = schema[type]
    let names = suggests ? definition.inputFields.map { schema.inputValues[$0].name } : []
    report(
      .unknownField(
        type: definition.name,
        field: field,
        suggestions: Suggestions.near(field, among: names),
        found: found
      ),
      at: offset
    )
  }

  func suggestedValues(for value: String, of type: TypeID) -> [String] {
    guard suggests else { return [] }
    let names = schema[type].enumValues.map { schema.enumValues[$0].name }
    return Suggestions.near(value, among: names)
  }
}

extension JSONValue {
  /// The value as messages show it: like JSON, with bare keys and some space.
  var inspected: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): number.text
    case .string: text
    case .array(let items): "[\(items.map(\.inspected).joined(separator: ", "))]"
    case .object(let object) where object.isEmpty: "{}"
    case .object(let object):
      "{ \(object.members.map { "\($0.key): \($0.value.inspected)" }.joined(separator: ", ")) }"
    }
  }
}
