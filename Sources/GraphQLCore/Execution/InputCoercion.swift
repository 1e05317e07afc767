package import JSON

/// Coerces values of requests to input types (§3, "Input Coercion").
///
/// Says only whether a value fits; ``InputChecker`` says why one does not.
package struct InputCoercion: Sendable {
  package let schema: Schema

  package init(_ schema: Schema) {
    self.schema = schema
  }

  /// The value of JSON from a request's variables; nil where it does not fit.
  ///
  /// `takesTexts` is that of the field that the value is for.
  package func value(
    _ json: JSONValue,
    as type: TypeReference,
    takesTexts: Bool = false
  ) -> InputValue? {
    if case .null = json { return type.isNonNull ? nil : .null }
    if let item = type.item {
      guard case .array(let elements) = json else {
        if case .string(let text) = json, schema.takes(text, asListOf: item) {
          return .string(text)
        }
        // A value that is no list is a list of one.
        return value(json, as: item, takesTexts: takesTexts).map { .list([$0]) }
      }
      var items: [InputValue] = []
      items.reserveCapacity(elements.count)
      for element in elements {
        guard let value = value(element, as: item, takesTexts: takesTexts) else { return nil }
        items.append(value)
      }
      return .list(items)
    }
    switch schema[type.type].kind {
    case .inputObject: return object(json, as: type.type)
    case .enum:
      guard case .string(let name) = json else { return nil }
      return schema.enumValue(named: name, of: type.type).map { .enumValue($0) }
    default:
      if takesTexts, case .string(let text) = json, type.type.isWrittenAsText {
        return .string(text)
      }
      return ScalarCoercion.value(json, as: type.type)
    }
  }

  private func object(_ json: JSONValue, as type: TypeID) -> InputValue? {
    guard case .object(let object) = json else { return nil }
    var fields: [InputField] = []
    var given = InputFieldSet(schema[type].inputFields)
    for member in object.members {
      guard let id = schema.inputField(named: member.key, of: type),
        let value = value(
          member.value,
          as: schema[id].type,
          takesTexts: schema[id].takesTexts
        )
      else { return nil }
      fields.set(InputField(id: id, value: value), &given)
    }
    return complete(fields, given, as: type)
  }

  /// Adds the defaults of what was not given, and checks what must be given.
  func complete(
    _ given: [InputField],
    _ ids: InputFieldSet,
    as type: TypeID
  ) -> InputValue? {
    let definition = schema[type]
    if definition.isOneOf {
      guard given.count == 1, !given[0].value.isNull else { return nil }
      return .object(given)
    }
    var fields = given
    for index in definition.inputFields where !ids.contains(InputValueID(index)) {
      let id = InputValueID(index)
      guard !schema[id].isRequired else { return nil }
      if let value = schema.coercedDefault(of: id) {
        fields.append(InputField(id: id, value: value))
      }
    }
    return .object(fields)
  }

  // MARK: - Values of the schema

  /// The value of a default that the schema declares; nil where it does not fit.
  func value(_ const: ConstValue, as type: TypeReference) -> InputValue? {
    if case .null = const { return type.isNonNull ? nil : .null }
    if let item = type.item {
      guard case .list(let elements) = const else {
        return value(const, as: item).map { .list([$0]) }
      }
      var items: [InputValue] = []
      for element in elements {
        guard let value = value(element, as: item) else { return nil }
        items.append(value)
      }
      return .list(items)
    }
    switch schema[type.type].kind {
    case .inputObject: return object(const, as: type.type)
    case .enum:
      guard case .enumValue(let name) = const else { return nil }
      return schema.enumValue(named: name, of: type.type).map { .enumValue($0) }
    default: return ScalarCoercion.value(const, as: type.type)
    }
  }

  private func object(_ const: ConstValue, as type: TypeID) -> InputValue? {
    guard case .object(let members) = const else { return nil }
    var fields: [InputField] = []
    var given = InputFieldSet(schema[type].inputFields)
    for member in members {
      guard let id = schema.inputField(named: member.name, of: type),
        let value = value(member.value, as: schema[id].type)
      else { return nil }
      fields.set(InputField(id: id, value: value), &given)
    }
    return complete(fields, given, as: type)
  }
}

extension TypeID {
  /// Whether its values may be written as texts where a field takes that.
  var isWrittenAsText: Bool { self == .int || self == .float || self == .boolean }
}

/// Which fields of an input object were given.
struct InputFieldSet {
  private let first: Int
  private var words: [UInt64]

  init(_ fields: Range<Int>) {
    first = fields.lowerBound
    words = Array(repeating: 0, count: fields.count / 64 + 1)
  }

  /// Whether the field was not there yet.
  mutating func insert(_ id: InputValueID) -> Bool {
    let position = id.index - first
    let bit: UInt64 = 1 << UInt64(position % 64)
    guard words[position / 64] & bit == 0 else { return false }
    words[position / 64] |= bit
    return true
  }

  func contains(_ id: InputValueID) -> Bool {
    let position = id.index - first
    return words[position / 64] & (1 << UInt64(position % 64)) != 0
  }
}

extension [InputField] {
  /// Adds a field; of a name that is given twice the last value counts.
  mutating func set(_ field: InputField, _ given: inout InputFieldSet) {
    if given.insert(field.id) {
      append(field)
    } else if let index = firstIndex(where: { $0.id == field.id }) {
      self[index] = field
    }
  }
}
