import JSON
import TestSupport
import Testing

@testable import Engine

/// Types of PostGIS and of ltree: what compares them, and what their values look like.
@Suite(.timeLimit(.minutes(2))) struct ExtensionTypeTests {
  /// Runs queries one after the other, each with the answer that it must have to the letter.
  private func check(
    _ sql: String,
    _ metadata: JSONValue,
    _ cases: [(query: String, variables: JSONObject, answer: String)],
    as session: Session = Session(role: Session.adminRole)
  ) async throws {
    let harness = try await EngineHarness(sql: sql, metadata: metadata)
    for (query, variables, answer) in cases {
      let found = await harness.answer(query, variables, as: session)
      #expect(found == answer)
    }
    await harness.stop()
  }

  // MARK: - ltree

  private static let treeSQL = """
    create extension ltree;
    create table tree (id integer primary key, path ltree);
    insert into tree values (1, 'Top'), (2, 'Top.Science'), (3, 'Top.Science.Astronomy'),
      (4, 'Top.Hobbies'), (5, null);
    """

  @Test func comparesLabelTrees() async throws {
    let cases: [(condition: String, ids: [Int])] = [
      (#"{_ancestor: "Top.Science.Astronomy"}"#, [1, 2, 3]),
      (#"{_ancestor_any: ["Top.Hobbies.Chess", "Other"]}"#, [1, 4]),
      (#"{_descendant: "Top.Science"}"#, [2, 3]),
      (#"{_descendant_any: ["Top.Hobbies", "Top.Science.Astronomy"]}"#, [3, 4]),
      (#"{_matches: "*.Sci*.*"}"#, [2, 3]),
      (#"{_matches_any: ["*.Hobbies", "Top"]}"#, [1, 4]),
      (#"{_matches_fulltext: "Astro* & Top"}"#, [3]),
      (#"{_gt: "Top.Hobbies", _in: ["Top.Science", "Top"]}"#, [2]),
    ]
    try await check(
      Self.treeSQL,
      EngineHarness.metadata([["table": "tree"]]),
      cases.map { condition, ids in
        let rows = ids.map { "{\"id\":\($0)}" }.joined(separator: ",")
        return (
          "{ tree(where: {path: \(condition)}, order_by: {id: asc}) { id } }", [:],
          #"{"data":{"tree":[\#(rows)]}}"#
        )
      }
    )
  }

  @Test func comparesLabelTreesInPermissions() async throws {
    let metadata = EngineHarness.metadata([
      [
        "table": "tree",
        "select_permissions": [
          [
            "role": "u",
            "permission": [
              "columns": ["id"], "filter": ["path": ["_descendant": "X-Hasura-Path"]],
            ],
          ]
        ],
      ]
    ])
    try await check(
      Self.treeSQL,
      metadata,
      [("{ tree(order_by: {id: asc}) { id } }", [:], #"{"data":{"tree":[{"id":2},{"id":3}]}}"#)],
      as: Session(role: "u", [SessionVariable(name: "x-hasura-path", value: "Top.Science")])
    )
  }

  // MARK: - PostGIS

  /// False, with a line that says so, where the machine's PostgreSQL has no PostGIS.
  private func hasPostGIS() throws -> Bool {
    let database = try TestCluster.shared().makeDatabase()
    do {
      try database.execute("create schema gis; create extension postgis schema gis")
      return true
    } catch {
      print("skipped: PostgreSQL has no PostGIS here (postgresql-15-postgis-3)")
      return false
    }
  }

  /// The extension stands in a schema of its own, which is not in the server's search path.
  private static let placesSQL = """
    create schema gis;
    create extension postgis schema gis;
    set search_path to public, gis;
    create extension postgis_raster schema gis;
    create table places (id integer primary key, spot gis.geometry(PointZ, 4326),
      area gis.geometry, globe gis.geography(Point, 4326));
    insert into places
      select n, gis.st_setsrid(gis.st_makepoint(n, n, n), 4326),
        gis.st_setsrid(gis.st_makeenvelope(n, n, n + 2, n + 2), 4326),
        gis.st_setsrid(gis.st_makepoint(n, n), 4326)::gis.geography
      from generate_series(1, 3) n;
    create table images (id integer primary key, picture gis.raster);
    insert into images select 1, gis.st_addband(
      gis.st_makeemptyraster(10, 10, 0, 10, 1, -1, 0, 0, 4326), '8BUI'::text, 1, 0);
    create function near(point gis.geometry, distance float8) returns setof places
      language sql stable as $$
        select * from places
        where gis.st_dwithin(spot, point, distance) order by id
      $$;
    """

  private static let placesMetadata: JSONValue = [
    "version": 3,
    "sources": [
      [
        "name": "default", "kind": "postgres",
        "tables": [
          [
            "table": "places",
            "select_permissions": [
              [
                "role": "u",
                "permission": [
                  "columns": ["id"],
                  "filter": [
                    "_and": [
                      ["area": ["$st_contains": "X-Hasura-Point"]],
                      [
                        "globe": [
                          "_st_d_within": [
                            "distance": 200_000,
                            "from": ["type": "Point", "coordinates": [1, 1]],
                          ]
                        ]
                      ],
                    ]
                  ],
                ],
              ]
            ],
          ], ["table": "images"],
        ],
        "functions": [["function": "near"]],
        "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
      ]
    ],
  ]

  private static let half: JSONValue = JSONNumber("2.5").map { .number($0) } ?? .null
  private static let point: JSONValue = ["type": "Point", "coordinates": [half, half]]

  @Test func comparesGeometries() async throws {
    guard try hasPostGIS() else { return }
    let cases: [(String, String)] = [
      ("area: {_st_contains: $p}", #"{"id":1},{"id":2}"#),
      ("area: {_st_intersects: $p}", #"{"id":1},{"id":2}"#),
      ("area: {_st_touches: $p}", ""),
      ("area: {_st_crosses: $p}", ""), ("area: {_st_overlaps: $p}", ""),
      ("area: {_st_equals: $p}", ""), ("spot: {_st_within: $p}", ""),
      ("spot: {_st_d_within: {distance: 1, from: $p}}", #"{"id":2},{"id":3}"#),
      ("spot: {_st_3d_d_within: {distance: 100, from: $p}}", #"{"id":1},{"id":2},{"id":3}"#),
      ("spot: {_st_3d_intersects: $p}", ""),
      (
        "spot: {_cast: {geography: {_st_d_within: {distance: 100000, from: "
          + #"{type: "Point", coordinates: [2.5, 2.5]}}}}}"#, #"{"id":2},{"id":3}"#
      ),
      ("area: {_eq: $p}", ""), ("area: {_in: [$p]}", ""),
      (#"area: {_st_contains: "SRID=4326;POINT(2.5 2.5)"}, id: {_lt: 2}"#, #"{"id":1}"#),
    ]
    try await check(
      Self.placesSQL,
      Self.placesMetadata,
      cases.map { condition, rows in
        let usesVariable = condition.contains("$p")
        return (
          (usesVariable ? "query ($p: geometry!) " : "")
            + "{ places(where: {\(condition)}, order_by: {id: asc}) { id } }",
          usesVariable ? ["p": Self.point] : [:], #"{"data":{"places":[\#(rows)]}}"#
        )
      }
    )
  }

  @Test func comparesGeographiesAndRasters() async throws {
    guard try hasPostGIS() else { return }
    try await check(
      Self.placesSQL,
      Self.placesMetadata,
      [
        (
          "query ($p: geography!) { places(where: {globe: {_st_d_within: "
            + "{distance: 100000, from: $p, use_spheroid: false}}}, order_by: {id: asc}) { id } }",
          ["p": Self.point], #"{"data":{"places":[{"id":2},{"id":3}]}}"#
        ),
        (
          "query ($p: geography!) { places(where: {globe: {_st_d_within: "
            + "{distance: 100000, from: $p}}}, order_by: {id: asc}) { id } }",
          ["p": Self.point], #"{"data":{"places":[{"id":2},{"id":3}]}}"#
        ),
        (
          "query ($p: geography!) { places(where: {globe: {_st_intersects: $p}}) { id } }",
          ["p": Self.point], #"{"data":{"places":[]}}"#
        ),
        (
          "query ($p: [geography!]!) { places(where: {globe: {_in: $p}}) { id } }",
          ["p": [["type": "Point", "coordinates": [2, 2]]]], #"{"data":{"places":[{"id":2}]}}"#
        ),
        (
          "query ($p: geometry!) { places(where: {globe: {_cast: {geometry: {_st_equals: $p}}}}) "
            + "{ id } }",
          ["p": ["type": "Point", "coordinates": [3, 3]]], #"{"data":{"places":[{"id":3}]}}"#
        ),
        (
          "query ($p: geometry!) { a: images(where: {picture: {_st_intersects_nband_geom: "
            + "{nband: 1, geommin: $p}}}) { id } b: images(where: {picture: "
            + "{_st_intersects_geom_nband: {geommin: $p}}}) { id } }",
          ["p": Self.point], #"{"data":{"a":[{"id":1}],"b":[{"id":1}]}}"#
        ),
        (
          "query ($p: geometry!) { images(where: {picture: {_st_intersects_geom_nband: "
            + "{geommin: $p, nband: 1}}}) { id } }",
          ["p": ["type": "Point", "coordinates": [50, 50]]], #"{"data":{"images":[]}}"#
        ),
      ]
    )
  }

  @Test func writesGeoJSONAndReadsItAsAnArgument() async throws {
    guard try hasPostGIS() else { return }
    try await check(
      Self.placesSQL,
      Self.placesMetadata,
      [
        (
          "query ($p: geometry!) { near(args: {point: $p, distance: \"0.8\"}, limit: 1) "
            + "{ spot globe } }",
          ["p": Self.point],
          #"{"data":{"near":[{"spot":{"type":"Point","crs":{"type":"name","properties":{"name":"#
            + #""urn:ogc:def:crs:EPSG::4326"}},"coordinates":[2,2,2]},"globe":{"type":"Point","#
            + #""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},"#
            + #""coordinates":[2,2]}}]}}"#
        )
      ]
    )
  }

  @Test func tellsWhatIsNoGeometry() async throws {
    guard try hasPostGIS() else { return }
    try await check(
      Self.placesSQL,
      Self.placesMetadata,
      [
        (
          "query ($p: geometry!) { places(where: {area: {_st_contains: $p}}) { id } }",
          ["p": ["type": "Point", "coordinates": [1]]],
          #"{"errors":[{"message":"A Position needs at least 2 elements","extensions":{"path":"#
            + #""$.selectionSet.places.args.where.area._st_contains","code":"parse-failed"}}]}"#
        )
      ]
    )
  }

  @Test func comparesGeometriesInPermissions() async throws {
    guard try hasPostGIS() else { return }
    try await check(
      Self.placesSQL,
      Self.placesMetadata,
      [("{ places { id } }", [:], #"{"data":{"places":[{"id":1},{"id":2}]}}"#)],
      as: Session(
        role: "u",
        [
          SessionVariable(
            name: "x-hasura-point",
            value: #"{"type":"Point","coordinates":[2.5,2.5]}"#
          )
        ]
      )
    )
  }
}
