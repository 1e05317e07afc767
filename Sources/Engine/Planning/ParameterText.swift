import GraphQLCore
import JSON
import SQLCompiler

/// The texts that PostgreSQL reads values of a request from.
///
/// Digits are copied as they came; nothing passes through a Double.
struct ParameterText {
  let roleSchema: RoleSchema
  private(set) var bytes: [UInt8] = []

  init(roleSchema: RoleSchema) {
    self.roleSchema = roleSchema
  }

  /// The text of a value; nil for NULL.
  mutating func text(
    of value: InputValue,
    as form: ParameterRecipe.Form
  ) throws(ParameterError) -> [UInt8]? {
    if value == .null { return nil }
    bytes.removeAll(keepingCapacity: true)
    switch form {
    case .scalar: scalar(value)
    case .integer: number(value, .integer)
    case .money: number(value, .money)
    case .json: json(value)
    case .array: array(value, of: .scalar)
    case .jsonArray: array(value, of: .json)
    case .arrayValue: wholeArray(value, of: .scalar)
    case .jsonArrayValue: wholeArray(value, of: .json)
    case .geometry: try geometry(value)
    case .geometryArray:
      for element in Self.elements(of: value) { try GeoJSON.check(element) }
      array(value, of: .geometry)
    case .arrayOfArrays: array(value, of: .array)
    case .arrayOfJSONArrays: array(value, of: .jsonArray)
    case .values(let element):
      if element == .geometry {
        for value in Self.elements(of: value) { try GeoJSON.check(value) }
      }
      array(value, of: element)
    case .likePattern:
      scalar(value)
      if bytes.endsInAnEscape { throw .endsInAnEscape }
    case .jsonPath: try path(value)
    case .limit:
      scalar(value)
      if bytes.first == UInt8(ascii: "-") { throw .negativeLimit }
    case .column(let field, let acceptsNull, let element):
      try column(field, of: value, acceptsNull: acceptsNull, element)
    case .presence(let field): presence(of: field, in: value)
    }
    return bytes
  }

  // MARK: - Values

  private mutating func scalar(_ value: InputValue) {
    switch value {
    case .null, .variable, .scalarObject: break
    case .boolean(let value): append(value ? "true" : "false")
    case .int(let text), .float(let text), .string(let text): append(text)
    case .enumValue(let id):
      if case .key(let key) = roleSchema.binding(of: id) {
        append(key)
      } else {
        append(roleSchema.schema[id].name)
      }
    case .scalar(.string(let text)): append(text)
    case .scalar(.array(let elements)): array(.list(elements.map { .scalar($0) }), of: .scalar)
    case .list: array(value, of: .scalar)
    case .scalar, .object, .rows: json(value)
    }
  }

  /// A number in the notation that PostgreSQL reads for a type; a text is PostgreSQL's to read, as
  /// in Hasura.
  private mutating func number(_ value: InputValue, _ element: Element) {
    let start = bytes.count
    scalar(value)
    switch value {
    case .int, .float, .scalar(.number): writePlainly(from: start, element)
    default: break
    }
  }

  /// An integer has no fraction and no exponent there, and an amount of money no exponent.
  private mutating func writePlainly(from start: Int, _ element: Element) {
    switch element {
    case .integer: bytes.writeIntegerPlainly(from: start)
    case .money: bytes.writeDecimalPlainly(from: start)
    default: break
    }
  }

  private mutating func json(_ value: InputValue) {
    switch value {
    case .null, .variable, .scalarObject: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .int(let text), .float(let text): append(text)
    case .string(let text): bytes.appendJSONString(text.utf8Span.span)
    case .enumValue(let id):
      bytes.appendJSONString(roleSchema.schema[id].name.utf8Span.span)
    case .scalar(let value): bytes.append(contentsOf: value.serialized)
    case .rows(let rows): bytes.append(contentsOf: rows.rows.value.serialized)
    case .list(let elements):
      for (index, element) in elements.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
        json(element)
      }
      append(elements.isEmpty ? "[]" : "]")
    case .object(let fields):
      for (index, field) in fields.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        bytes.appendJSONString(roleSchema.schema[field.id].name.utf8Span.span)
        bytes.append(UInt8(ascii: ":"))
        json(field.value)
      }
      append(fields.isEmpty ? "{}" : "}")
    }
  }

  // MARK: - Arrays

  private typealias Element = ParameterRecipe.Form.Element

  /// An array literal, which a text may be already, as Hasura takes it: `"{1,2}"`.
  private mutating func wholeArray(_ value: InputValue, of element: Element) {
    switch value {
    case .string(let text) where ListText.isOne(text): append(text)
    case .scalar(.string(let text)) where ListText.isOne(text): append(text)
    default: array(value, of: element)
    }
  }

  /// An array literal: `{"a","b",NULL}`, lists in lists as arrays of more dimensions.
  private mutating func array(_ value: InputValue, of element: Element) {
    append("{")
    for (index, value) in Self.elements(of: value).enumerated() {
      if index > 0 { append(",") }
      switch (value, element) {
      case (.null, _), (.scalar(.null), .scalar), (.scalar(.null), .integer),
        (.scalar(.null), .money), (.scalar(.null), .array), (.scalar(.null), .jsonArray),
        (.scalar(.null), .geometry):
        append("NULL")
      case (.list, .scalar), (.scalar(.array), .scalar): array(value, of: .scalar)
      default: quoted(value, element)
      }
    }
    append("}")
  }

  // MARK: - Columns of rows

  /// An array literal of what the rows of a list have in one field.
  private mutating func column(
    _ field: InputValueID,
    of value: InputValue,
    acceptsNull: Bool,
    _ element: Element
  ) throws(ParameterError) {
    if case .rows(let rows) = value {
      return try column(field, of: rows, acceptsNull: acceptsNull, element)
    }
    append("{")
    var place = 0
    for (index, row) in value.rows.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch row.field(field, near: &place) {
      case nil: append("NULL")
      case .null?:
        // Of lists in variables only the columns are looked at when the request is planned.
        guard acceptsNull else { throw ParameterError(nullFor: field, row: index, roleSchema) }
        append("NULL")
      case .int(let digits)?, .float(let digits)?: append(digits, element)
      case .scalar(.number(let number))? where element.isPlain:
        append(number.text, element)
      case let value?: try quoted(value, element, inRow: index, of: field)
      }
    }
    append("}")
  }

  private mutating func quoted(
    _ value: InputValue,
    _ element: Element,
    inRow index: Int,
    of field: InputValueID
  ) throws(ParameterError) {
    if element == .geometry {
      do {
        try GeoJSON.check(value)
      } catch {
        throw error.inRow(index, of: roleSchema.schema[field].name)
      }
    }
    quoted(value, element)
  }

  /// The same of rows in the request's text: most cells are copied as they stand there.
  private mutating func column(
    _ field: InputValueID,
    of rows: InputRows,
    acceptsNull: Bool,
    _ element: Element
  ) throws(ParameterError) {
    let key = rows.key(of: field) ?? 0
    var place = key
    bytes.reserveCapacity(rows.count * 8)
    append("{")
    for row in 0..<rows.count {
      if row > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let cell = rows.rows.cell(row, key, near: &place) else {
        append("NULL")
        continue
      }
      switch cell.kind {
      case .null:
        guard acceptsNull else { throw ParameterError(nullFor: field, row: row, roleSchema) }
        append("NULL")
      case .number where element == .scalar: append(cell, of: rows)
      case .number where element.isPlain:
        let start = bytes.count
        append(cell, of: rows)
        writePlainly(from: start, element)
      case .string where element.isPlain:
        bytes.append(UInt8(ascii: "\""))
        append(cell, of: rows)
        bytes.append(UInt8(ascii: "\""))
      default: try quoted(.scalar(rows.rows.value(cell)), element, inRow: row, of: field)
      }
    }
    append("}")
  }

  private mutating func append(_ digits: String, _ element: Element) {
    let start = bytes.count
    append(digits)
    writePlainly(from: start, element)
  }

  private mutating func append(_ cell: JSONRows.Cell, of rows: InputRows) {
    rows.rows.bytes.withUnsafeBufferPointer {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[cell.range]))
    }
  }

  /// An array literal of whether the rows of a list have a field.
  private mutating func presence(of field: InputValueID, in value: InputValue) {
    append("{")
    var place = 0
    if case .rows(let rows) = value {
      let key = rows.key(of: field) ?? 0
      for row in 0..<rows.count {
        if row > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: rows.rows.cell(row, key, near: &place) == nil ? "f" : "t"))
      }
      return append("}")
    }
    for (index, row) in value.rows.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: row.field(field, near: &place) == nil ? "f" : "t"))
    }
    append("}")
  }

  /// An element in quotes, which every type reads as it would without.
  private mutating func quoted(_ value: InputValue, _ element: Element) {
    let start = bytes.count
    switch element {
    case .scalar: scalar(value)
    case .integer, .money: number(value, element)
    case .json: json(value)
    case .array: wholeArray(value, of: .scalar)
    case .jsonArray: wholeArray(value, of: .json)
    case .geometry: spatial(value)
    }
    if bytes[start...].contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      let text = Array(bytes[start...])
      bytes.removeSubrange(start...)
      bytes.appendArrayElement(text)
    } else {
      bytes.insert(UInt8(ascii: "\""), at: start)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  /// The elements of a list; a single value stands for a list of it.
  private static func elements(of value: InputValue) -> [InputValue] {
    switch value {
    case .list(let elements): elements
    case .scalar(.array(let elements)): elements.map { .scalar($0) }
    case let single: [single]
    }
  }

  // MARK: - Geometries

  private mutating func geometry(_ value: InputValue) throws(ParameterError) {
    try GeoJSON.check(value)
    spatial(value)
  }

  /// The text of a geometry that a session variable holds.
  mutating func spatialText(_ text: [UInt8]) -> [UInt8] {
    bytes.removeAll(keepingCapacity: true)
    spatial(.string(String(decoding: text, as: UTF8.self)))
    return bytes
  }

  /// GeoJSON without a reference system is in that of GPS, which PostGIS has to be told.
  private mutating func spatial(_ value: InputValue) {
    var value = value
    if case .string(let text) = value { value = GeoJSON.object(in: text) ?? value }
    if case .scalar(.string(let text)) = value { value = GeoJSON.object(in: text) ?? value }
    guard case .scalar(.object(var object)) = value else { return scalar(value) }
    if object["crs"] == nil || object["crs"] == .null { object["crs"] = GeoJSON.defaultSystem }
    bytes.append(contentsOf: JSONValue.object(object).serialized)
  }

  // MARK: - Paths

  private mutating func path(_ value: InputValue) throws(ParameterError) {
    scalar(value)
    guard let steps = JSONPathSteps(bytes.span) else {
      throw ParameterError("parse json path error: \(String(decoding: bytes, as: UTF8.self))")
    }
    bytes.removeAll(keepingCapacity: true)
    array(.list(steps.steps.map { .string($0) }), of: .scalar)
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }
}

extension ParameterRecipe.Form.Element {
  /// Whether numbers and texts are sent as they are, but for the notation of numbers.
  fileprivate var isPlain: Bool {
    switch self {
    case .scalar, .integer, .money: true
    case .json, .array, .jsonArray, .geometry: false
    }
  }
}

extension InputValue {
  /// The rows of a list of rows; a row that stands alone is a list of it.
  fileprivate var rows: [InputValue] {
    if case .list(let rows) = self { rows } else { [self] }
  }

  /// The value of a field of a row; `place` is where the row before had it.
  fileprivate func field(_ id: InputValueID, near place: inout Int) -> InputValue? {
    guard case .object(let fields) = self else { return nil }
    if place < fields.count, fields[place].id == id { return fields[place].value }
    guard let found = fields.firstIndex(where: { $0.id == id }) else { return nil }
    place = found
    return fields[found].value
  }
}

extension [UInt8] {
  /// Whether the text ends with a backslash that no other one escapes.
  fileprivate var endsInAnEscape: Bool {
    !reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
  }

  /// Appends a text as an element of an array literal, in quotes.
  mutating func appendArrayElement(_ text: some Sequence<UInt8>) {
    append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }
}
