import GraphQLCore
import JSON
import Testing

@testable import Engine

@Suite struct GeoJSONTests {
  @Test(
    arguments: [
      (["type": "Random", "coordinates": [1]], "unexpected geometry type: Random"),
      (["type": "Point", "coordinates": [1]], "A Position needs at least 2 elements"),
      (["type": "Point"], #"key "coordinates" not found"#),
      (["coordinates": [1, 2]], #"key "type" not found"#),
      (
        ["type": "LineString", "coordinates": [[1, 2]]],
        "A LineString needs at least 2 Positions"
      ),
      (
        ["type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]],
        "A LinearRing needs at least 4 Positions"
      ),
      (
        ["type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [2, 2]]]],
        "the first and last locations have to be equal for a LinearRing"
      ),
      (
        ["type": "Point", "coordinates": ["a", 1]],
        "parsing Double failed, expected Number, but encountered String"
      ),
      ([1, 2], "parsing Geometry failed, expected Object, but encountered Array"),
    ] as [(JSONValue, String)]
  )
  func refuses(value: JSONValue, with message: String) {
    #expect(throws: ParameterError(message, code: .parseFailed)) {
      try GeoJSON.check(.scalar(value))
    }
  }

  @Test(
    arguments: [
      ["type": "Point", "coordinates": [1, 2, 3]],
      ["type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]],
      ["type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]],
      ["type": "MultiPolygon", "coordinates": [[[[0, 0], [0, 1], [1, 1], [0, 0]]]]],
      [
        "type": "GeometryCollection",
        "geometries": [["type": "Point", "coordinates": [1, 2]]],
      ],
      "SRID=4326;POINT(1 2)",
    ] as [JSONValue]
  )
  func accepts(value: JSONValue) throws {
    try GeoJSON.check(.scalar(value))
  }
}
