package import JSON

/// A list of input objects whose values were left in the text of the request, each of which fits.
///
/// It stands only for the whole value of a variable, and only where all fields are of scalar types;
/// anything else is coerced to a list of objects as usual.
package struct InputRows: Hashable, Sendable {
  package let rows: JSONRows
  /// By key of the rows: the field that it is.
  package let fields: [InputValueID]

  package var count: Int { rows.count }

  /// The key of a field in the rows.
  package func key(of field: InputValueID) -> Int? { fields.firstIndex(of: field) }
}

extension InputCoercion {
  /// The rows as a list of a type; nil where they do not fit, or have to be coerced one by one.
  func rows(_ rows: JSONRows, as type: TypeReference) -> InputRows? {
    guard let item = type.item, !item.isList, schema[item.type].kind == .inputObject else {
      return nil
    }
    let definition = schema[item.type]
    let hasOnlyOptional = definition.inputFields.allSatisfy {
      let field = schema.inputValues[$0]
      return !field.isRequired && field.defaultValue == nil
    }
    guard hasOnlyOptional, !definition.isOneOf else { return nil }
    var fields: [InputValueID] = []
    for key in rows.keys {
      guard let field = schema.inputField(named: key, of: item.type) else { return nil }
      fields.append(field)
    }
    for key in fields.indices {
      let definition = schema[fields[key]]
      let type = definition.type
      guard !type.isList, schema[type.type].kind == .scalar else { return nil }
      var place = key
      for row in 0..<rows.count {
        guard let cell = rows.cell(row, key, near: &place) else { continue }
        let isText = cell.kind == .string || cell.kind == .escapedString
        guard Self.fits(cell, of: rows, type) || (isText && definition.takesTexts) else {
          return nil
        }
      }
    }
    return InputRows(rows: rows, fields: fields)
  }

  /// Whether the bytes of a cell are the value that they would be coerced to.
  private static func fits(
    _ cell: JSONRows.Cell,
    of rows: JSONRows,
    _ type: TypeReference
  ) -> Bool {
    if cell.kind == .null { return !type.isNonNull }
    switch type.type {
    case .int: return cell.kind == .number && isInt(cell, of: rows)
    case .float: return cell.kind == .number && isFinite(cell, of: rows)
    case .string, .id: return cell.kind == .string || cell.kind == .escapedString
    case .boolean: return cell.kind == .trueValue || cell.kind == .falseValue
    default: return true
    }
  }

  /// Whether a number is a 32-bit integer in its shortest digits.
  private static func isInt(_ cell: JSONRows.Cell, of rows: JSONRows) -> Bool {
    let range = cell.range
    if range.count < 10, rows.bytes[range.lowerBound] != UInt8(ascii: "-") {
      return range.allSatisfy { rows.bytes[$0] &- UInt8(ascii: "0") < 10 }
    }
    let text = rows.text(cell)
    return Int32(text) != nil && text != "-0"
  }

  private static func isFinite(_ cell: JSONRows.Cell, of rows: JSONRows) -> Bool {
    let hasExponent = cell.range.contains { rows.bytes[$0] | 0x20 == UInt8(ascii: "e") }
    return (!hasExponent && cell.range.count < 300) || ScalarCoercion.isFinite(rows.text(cell))
  }
}
