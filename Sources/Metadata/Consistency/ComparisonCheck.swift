import Catalog
import JSON

/// Whether a comparison of a permission fits the type of its column.
///
/// As in Hasura's `parsePGValue` every text fits every type, for PostgreSQL reads it, and texts that name session
/// variables are filled in from each request. What is no text has to be of the column's kind.
struct ComparisonCheck {
  let column: String
  let type: PostgresType
  /// What an array's elements are.
  let element: PostgresType?

  /// Whether an object is a value of the column and no comparisons: GeoJSON.
  func isValue(_ object: JSONObject) -> Bool {
    (family == .geometry || family == .geography)
      && object.members.contains { !$0.key.hasPrefix("_") && !$0.key.hasPrefix("$") }
  }

  /// Why the operator or its value does not fit; nil where both do.
  ///
  /// The operator is named as in the document; none stands for `_eq`.
  func failure(of name: String?, _ value: JSONValue) -> String? {
    let operation = name.map { "_" + $0.dropFirst() } ?? "_eq"
    switch operation {
    case "_is_null": return value.bool == nil ? expected("Bool", "Boolean", value) : nil
    case "_cast": return value.object == nil ? expected("Object", "Object", value) : nil
    case "_eq", "_neq", "_ne":
      // In permissions null is a value to compare with.
      return value == .null ? nil : valueFailure(value)
    case "_gt", "_gte", "_lt", "_lte": return valueFailure(value)
    case "_in", "_nin": return listFailure(value) { valueFailure($0) }
    default:
      if let types = Self.types(with: operation), !types.contains(family) {
        let names = types.map { "\"\($0.rawValue)\"" }.joined(separator: "/")
        return
          "column \"\(column)\" is of type \"\(type.name)\"; this operator works only on columns of type "
          + names
      }
      return operandFailure(of: operation, value)
    }
  }

  /// Why a value cannot be one of the column; nil where it can.
  func valueFailure(_ value: JSONValue) -> String? {
    if value == .null { return "unexpected null value for type \"\(type.name)\"" }
    if let element {
      let inner = ComparisonCheck(column: column, type: element, element: nil)
      return listFailure(value) { $0 == .null ? nil : inner.valueFailure($0) }
    }
    if case .string = value { return nil }
    switch type.name {
    case "int2": return integerFailure("Int16", value, Int(Int16.min)...Int(Int16.max))
    case "int4": return integerFailure("Int32", value, Int(Int32.min)...Int(Int32.max))
    case "int8": return integerFailure("Int64", value, Int.min...Int.max)
    case "float4": return value.number == nil ? expected("Float", "Number", value) : nil
    case "float8": return value.number == nil ? expected("Double", "Number", value) : nil
    case "numeric", "money":
      return value.number == nil ? expected("Scientific", "Number", value) : nil
    case "bool": return value.bool == nil ? expected("Bool", "Boolean", value) : nil
    case "json", "jsonb": return nil
    case _ where family == .text: return expected("Text", "String", value)
    case "geometry", "geography":
      return value.object == nil ? expected("Geometry", "Object", value) : nil
    default: return "a string is expected for type \"\(type.name)\""
    }
  }

  private func integerFailure(_ name: String, _ value: JSONValue, _ range: ClosedRange<Int>)
    -> String?
  {
    guard let number = value.number else { return expected(name, "Number", value) }
    guard let integer = number.int, range.contains(integer) else {
      return
        "parsing \(name) failed, value is either floating or will cause over or underflow \(number.text)"
    }
    return nil
  }

  /// Operands whose type is not that of the column.
  private func operandFailure(of operation: String, _ value: JSONValue) -> String? {
    switch operation {
    case "_has_keys_any", "_has_keys_all", "_ancestor_any", "_descendant_any", "_matches_any":
      return listFailure(value) { $0.string == nil ? expected("Text", "String", $0) : nil }
    case "_contains", "_contained_in":
      return value == .null
        ? "unexpected null value for type \"\(type.name)\"" : valueFailure(value)
    case _ where operation.hasPrefix("_st_"):
      return value == .null ? "unexpected null value for type \"\(type.name)\"" : nil
    default: return value.string == nil ? expected("Text", "String", value) : nil
    }
  }

  private func listFailure(_ value: JSONValue, _ elementFailure: (JSONValue) -> String?) -> String?
  {
    switch value {
    case .string: nil
    case .array(let elements): elements.lazy.compactMap(elementFailure).first
    default: expected("[]", "Array", value)
    }
  }

  private func expected(_ type: String, _ kind: String, _ value: JSONValue) -> String {
    "parsing \(type) failed, expected \(kind), but encountered \(value.kindName)"
  }

  // MARK: - Families of types

  private enum Family: String {
    case text, jsonb, ltree, geometry, geography, raster, array
    case other
  }

  private var family: Family {
    if type.kind == .array { return .array }
    if type.kind == .base, type.category == UInt8(ascii: "S") { return .text }
    return Family(rawValue: type.name) ?? .other
  }

  /// The families that an operator is for; nil where it is for all.
  private static func types(with operation: String) -> [Family]? {
    switch operation {
    case "_like", "_nlike", "_ilike", "_nilike", "_similar", "_nsimilar", "_regex", "_nregex",
      "_iregex",
      "_niregex":
      [.text]
    case "_contains", "_contained_in": [.jsonb, .array]
    case "_has_key", "_has_keys_any", "_has_keys_all", "_jsonb_path_exists", "_jsonb_path_match":
      [.jsonb]
    case "_ancestor", "_ancestor_any", "_descendant", "_descendant_any", "_matches", "_matches_any",
      "_matches_fulltext":
      [.ltree]
    case "_st_intersects", "_st_d_within": [.geometry, .geography]
    case "_st_intersects_rast", "_st_intersects_nband_geom", "_st_intersects_geom_nband": [.raster]
    case _ where operation.hasPrefix("_st_"): [.geometry]
    default: nil
    }
  }
}
