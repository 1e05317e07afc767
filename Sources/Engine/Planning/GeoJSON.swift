import GraphQLCore
import JSON

/// Checks values of geometry and geography as Hasura does, before PostGIS reads them (RFC 7946 §3.1).
enum GeoJSON {
  /// The reference system of GeoJSON that names none: longitude and latitude of WGS 84.
  static let defaultSystem: JSONValue = [
    "type": "name", "properties": ["name": "EPSG:4326"],
  ]

  /// The object that a text holds; nil where it is in one of the other forms.
  static func object(in text: String) -> InputValue? {
    guard text.utf8.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "{"),
      let value = try? JSONValue(parsing: text)
    else { return nil }
    return .scalar(value)
  }

  /// Texts pass, which PostGIS reads in its own ways.
  static func check(_ value: InputValue) throws(ParameterError) {
    switch value {
    case .scalar(let json): try check(json)
    case .null, .string: break
    case .int, .float: throw mismatch("Geometry", "Object", "Number")
    case .boolean: throw mismatch("Geometry", "Object", "Boolean")
    case .list, .rows: throw mismatch("Geometry", "Object", "Array")
    case .enumValue, .object, .variable, .scalarObject: break
    }
  }

  private static func check(_ value: JSONValue) throws(ParameterError) {
    switch value {
    case .null, .string: break
    case .object: try geometry(value)
    case .array: throw mismatch("Geometry", "Object", "Array")
    case .number: throw mismatch("Geometry", "Object", "Number")
    case .bool: throw mismatch("Geometry", "Object", "Boolean")
    }
  }

  /// Collections nest by the request's JSON, whose parser bounds their depth.
  private static func geometry(_ value: JSONValue) throws(ParameterError) {
    guard value.object != nil else { throw mismatch("Geometry", "Object", value.kindName) }
    guard let type = value["type"] else { throw failure("key \"type\" not found") }
    guard let name = type.string else { throw mismatch("Text", "String", type.kindName) }
    switch name {
    case "Point": try position(coordinates(value))
    case "MultiPoint": try list(coordinates(value), position)
    case "LineString": try lineString(coordinates(value))
    case "MultiLineString": try list(coordinates(value), lineString)
    case "Polygon": try list(coordinates(value), ring)
    case "MultiPolygon":
      try list(coordinates(value)) { polygon throws(ParameterError) in try list(polygon, ring) }
    case "GeometryCollection":
      guard let members = value["geometries"] else {
        throw failure("key \"geometries\" not found")
      }
      try list(members, geometry)
    default: throw failure("unexpected geometry type: \(name)")
    }
  }

  private static func coordinates(_ value: JSONValue) throws(ParameterError) -> JSONValue {
    guard let coordinates = value["coordinates"] else {
      throw failure("key \"coordinates\" not found")
    }
    return coordinates
  }

  private static func list(
    _ value: JSONValue,
    _ element: (JSONValue) throws(ParameterError) -> Void
  ) throws(ParameterError) {
    for member in try array(value) { try element(member) }
  }

  private static func position(_ value: JSONValue) throws(ParameterError) {
    guard let elements = value.array else {
      throw mismatch("Position", "Array", value.kindName)
    }
    guard elements.count >= 2 else { throw failure("A Position needs at least 2 elements") }
    for element in elements.prefix(3) where element.number == nil {
      throw mismatch("Double", "Number", element.kindName)
    }
  }

  private static func lineString(_ value: JSONValue) throws(ParameterError) {
    let positions = try array(value)
    for position in positions { try self.position(position) }
    guard positions.count >= 2 else { throw failure("A LineString needs at least 2 Positions") }
  }

  private static func ring(_ value: JSONValue) throws(ParameterError) {
    let positions = try array(value)
    for position in positions { try self.position(position) }
    guard positions.count >= 4 else { throw failure("A LinearRing needs at least 4 Positions") }
    guard positions.first == positions.last else {
      throw failure("the first and last locations have to be equal for a LinearRing")
    }
  }

  // MARK: - Errors

  private static func array(_ value: JSONValue) throws(ParameterError) -> [JSONValue] {
    guard let array = value.array else { throw mismatch("[]", "Array", value.kindName) }
    return array
  }

  private static func failure(_ message: String) -> ParameterError {
    ParameterError(message, code: .parseFailed)
  }

  private static func mismatch(
    _ type: String,
    _ expected: String,
    _ found: String
  ) -> ParameterError {
    failure("parsing \(type) failed, expected \(expected), but encountered \(found)")
  }
}
