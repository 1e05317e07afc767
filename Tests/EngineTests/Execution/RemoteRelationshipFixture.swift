import JSON
import TestSupport
import Testing

@testable import Engine

/// A trading database, and the history of its instruments in another one.
struct RemoteRelationshipFixture {
  let harness: EngineHarness
  let history: TestDatabase

  private static let live = """
    create table desks (id integer primary key, name text not null);
    insert into desks values (1, 'alpha'), (2, 'beta');
    create table positions (
      id integer primary key, desk_id integer not null references desks, symbol text,
      venue integer, opened timestamptz not null default '2026-01-05 14:30Z', is_open boolean);
    insert into positions (id, desk_id, symbol, venue, is_open) values
      (1, 1, 'ES', 1, true), (2, 1, 'NQ', 1, false), (3, 1, 'ES', 1, true), (4, 2, null, 1, true),
      (5, 2, 'a"b\\{},', 2, true), (6, 2, 'XX', 1, null);
    """

  private static let past = """
    create table instruments (
      symbol text primary key, venue bigint not null, tick numeric not null, note text);
    insert into instruments values
      ('ES', 1, 0.250, 'big'), ('NQ', 1, 12345678901234567890.123456789, null),
      ('a"b\\{},', 2, 1, 'odd');
    create table bars (
      id bigint primary key, symbol text not null references instruments, day date not null,
      close numeric not null, volume bigint not null);
    insert into bars values
      (1, 'ES', '2026-01-01', 5000.10, 9007199254740993), (2, 'ES', '2026-01-02', 5001.20, 20),
      (3, 'ES', '2026-01-03', 4999.30, 30), (4, 'NQ', '2026-01-01', 20000.4, 40),
      (5, 'NQ', '2026-01-02', 20001.5, 50);
    create table flags (is_open text primary key, text text);
    insert into flags values ('true', 'open'), ('false', 'closed');
    create table opens (at timestamp primary key, n integer);
    insert into opens values ('2026-01-05 14:30', 7);
    """

  static let success: (Int, JSONValue) = (200, ["message": "success"])

  static func remote(
    _ name: String,
    of table: JSONValue,
    in source: String = "default",
    to other: JSONValue,
    in otherSource: String = "past",
    _ kind: String,
    _ mapping: JSONObject
  ) -> JSONValue {
    [
      "type": "pg_create_remote_relationship",
      "args": [
        "source": .string(source), "table": table, "name": .string(name),
        "definition": [
          "to_source": [
            "source": .string(otherSource), "table": other, "relationship_type": .string(kind),
            "field_mapping": .object(mapping),
          ]
        ],
      ],
    ]
  }

  private static let commands: [JSONValue] = [
    ["type": "pg_track_table", "args": ["table": "desks"]],
    ["type": "pg_track_table", "args": ["table": "positions"]],
    [
      "type": "pg_create_array_relationship",
      "args": [
        "table": "desks", "name": "positions",
        "using": ["foreign_key_constraint_on": ["table": "positions", "column": "desk_id"]],
      ],
    ],
    [
      "type": "pg_add_source",
      "args": [
        "name": "past",
        "configuration": ["connection_info": ["database_url": ["from_env": "PAST_URL"]]],
      ],
    ],
    ["type": "pg_track_table", "args": ["source": "past", "table": "instruments"]],
    ["type": "pg_track_table", "args": ["source": "past", "table": "bars"]],
    ["type": "pg_track_table", "args": ["source": "past", "table": "flags"]],
    ["type": "pg_track_table", "args": ["source": "past", "table": "opens"]],
    [
      "type": "pg_create_array_relationship",
      "args": [
        "source": "past", "table": "instruments", "name": "bars",
        "using": ["foreign_key_constraint_on": ["table": "bars", "column": "symbol"]],
      ],
    ],
    remote("instrument", of: "positions", to: "instruments", "object", ["symbol": "symbol"]),
    remote(
      "listing",
      of: "positions",
      to: "instruments",
      "object",
      ["symbol": "symbol", "venue": "venue"]
    ),
    remote("bars", of: "positions", to: "bars", "array", ["symbol": "symbol"]),
    remote("flag", of: "positions", to: "flags", "object", ["is_open": "is_open"]),
    remote("opening", of: "positions", to: "opens", "object", ["opened": "at"]),
    remote(
      "held",
      of: "instruments",
      in: "past",
      to: "positions",
      in: "default",
      "array",
      ["symbol": "symbol"]
    ),
  ]

  init(_ configure: (inout EngineConfiguration) -> Void = { _ in }) async throws {
    let history = try TestCluster.shared().makeDatabase()
    try history.execute(Self.past)
    self.history = history
    harness = try await EngineHarness(sql: Self.live) {
      $0.environment = ["PAST_URL": history.url]
      configure(&$0)
    }
    for command in Self.commands { try await run(command) }
  }

  func run(_ command: JSONValue) async throws {
    #expect(try await harness.metadata(command) == Self.success)
  }

  func permit(
    _ role: String,
    _ table: JSONValue,
    in source: String = "default",
    columns: JSONValue,
    filter: JSONValue = [:],
    _ more: JSONObject = JSONObject()
  ) async throws {
    var permission: JSONObject = ["columns": columns, "filter": filter]
    for member in more.members { permission[member.key] = member.value }
    try await run([
      "type": "pg_create_select_permission",
      "args": [
        "source": .string(source), "table": table, "role": .string(role),
        "permission": .object(permission),
      ],
    ])
  }

  func stop() async { await harness.stop() }
}
