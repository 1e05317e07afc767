import JSON
import Metadata
import TestSupport
import Testing

@testable import Engine

/// After each command the state is the one that a server has which starts then, whatever has happened to
/// the database meanwhile.
@Suite(.timeLimit(.minutes(5))) struct ChangedDatabaseTests {
  private static let sql = """
    create type mood as enum ('calm', 'nervous');
    create table desks (id integer primary key, name text not null, mood mood);
    create table traders (id integer primary key, desk_id integer not null references desks, score int);
    create table limits (id integer primary key, trader_id integer references traders, "größe" numeric);
    create view rich as select id, score from traders;
    create table ticks (at timestamptz not null, id integer not null, primary key (at, id))
      partition by range (at);
    create table ticks_1 (at timestamptz not null, id integer not null, primary key (at, id));
    create table colors (value text primary key, comment text);
    insert into colors values ('red', 'Stop');
    create function best(desks) returns integer language sql stable as 'select 1';
    """

  private static let tables = ["desks", "traders", "limits", "rich", "ticks", "ticks_1"]

  private static func track(_ table: String, isEnum: Bool = false) -> JSONValue {
    [
      "type": "pg_track_table",
      "args": ["source": "default", "table": .string(table), "is_enum": .bool(isEnum)],
    ]
  }

  private static func relate(_ kind: String, _ table: String, _ name: String, _ using: JSONValue)
    -> JSONValue
  {
    [
      "type": .string("pg_create_\(kind)_relationship"),
      "args": ["table": .string(table), "name": .string(name), "using": using],
    ]
  }

  private static func permit(_ table: String, _ filter: JSONValue) -> JSONValue {
    [
      "type": "pg_create_select_permission",
      "args": [
        "table": .string(table), "role": "user",
        "permission": ["columns": "*", "filter": filter],
      ],
    ]
  }

  /// Tables, relationships and permissions of which all holds.
  private static let preparation: JSONValue = [
    "type": "bulk",
    "args": [
      track("desks"), track("traders"), track("limits"), track("rich"), track("ticks"),
      track("ticks_1"), track("colors", isEnum: true),
      relate("object", "traders", "desk", ["foreign_key_constraint_on": "desk_id"]),
      relate(
        "array",
        "desks",
        "traders",
        ["foreign_key_constraint_on": ["table": "traders", "column": "desk_id"]]
      ),
      relate("object", "limits", "trader", ["foreign_key_constraint_on": "trader_id"]),
      [
        "type": "pg_add_computed_field",
        "args": [
          "table": "desks", "name": "best", "definition": ["function": "best"],
        ],
      ],
      permit("traders", ["desk": ["name": ["_eq": "X-Hasura-Desk"]]]),
      permit("limits", ["trader": ["desk": ["mood": ["_eq": "calm"]]]]),
    ],
  ]

  /// What happens behind the server's back, and the command that comes next.
  static let changes: [(sql: String, command: JSONValue)] = [
    ("create table plain (id integer primary key)", track("plain")),
    (
      "create table plain (id integer primary key, desk_id integer references desks)",
      track("plain")
    ),
    ("create table plain (id int); alter table desks add column city text", track("plain")),
    ("create table plain (id int); alter table desks drop column name", track("plain")),
    ("create table plain (id int); alter table desks rename column name to title", track("plain")),
    (
      "create table plain (id int); alter table limits rename \"größe\" to \"gro\u{308}ße\"",
      track("plain")
    ),
    ("create table plain (id int); alter table traders rename to people", track("plain")),
    ("alter table traders rename to people", track("people")),
    ("create table plain (id int); drop view rich; drop table limits", track("plain")),
    (
      """
      create table plain (id int); drop table limits;
      create table limits (id integer primary key, trader_id integer references traders)
      """,
      track("plain")
    ),
    (
      """
      create table plain (id int); drop table limits;
      create table limits (id bigint primary key, trader_id integer, note text)
      """,
      track("plain")
    ),
    (
      "create table plain (id int); alter table traders drop constraint traders_desk_id_fkey",
      track("plain")
    ),
    (
      "create table plain (id int); create or replace view rich as select id, score, desk_id from traders",
      track("plain")
    ),
    (
      "create table plain (id int); drop view rich; create table rich (id int primary key, score int)",
      track("plain")
    ),
    (
      "create table plain (id int); alter table limits alter column id type bigint",
      track("plain")
    ),
    (
      "create table plain (id int); alter type mood add value 'wild'; alter type mood rename to temper",
      track("plain")
    ),
    (
      """
      create table plain (id int);
      alter table ticks attach partition ticks_1 for values from ('2024-01-01') to ('2025-01-01')
      """,
      track("plain")
    ),
    ("create table plain (id int); insert into colors values ('green', null)", track("plain")),
    ("create table plain (id int); truncate colors", track("plain")),
    ("create table plain (id int, color text references colors)", track("plain")),
    (
      "create table plain (value text primary key); insert into plain values ('one')",
      track("plain", isEnum: true)
    ),
    ("create table plain (value int)", track("plain", isEnum: true)),
    (
      """
      create table plain (id int); drop function best(desks);
      create function best(desks) returns text language sql stable as 'select ''x'''
      """,
      track("plain")
    ),
    ("create table plain (id int); drop function best(desks)", track("plain")),
    ("create table plain (id int); comment on table desks is 'Where they sit'", track("plain")),
    (
      "create table plain (id int); alter table traders alter desk_id drop not null", track("plain")
    ),
    ("create table plain (id int); alter table traders add unique (desk_id)", track("plain")),
    ("create table plain (id int); alter table ticks drop constraint ticks_pkey", track("plain")),
    (
      "create schema other; alter table limits set schema other; create table plain (id int)",
      track("plain")
    ),
    ("create table \"traders_aggregate\" (id int)", track("traders_aggregate")),
    ("", track("absent")),
    (
      "",
      relate(
        "array",
        "traders",
        "limits",
        ["foreign_key_constraint_on": ["table": "limits", "column": "trader_id"]]
      )
    ),
    (
      "alter table limits drop column trader_id",
      relate("object", "traders", "place", ["foreign_key_constraint_on": "desk_id"])
    ),
    ("alter table desks drop column name", permit("desks", [:])),
    ("", permit("desks", ["traders": ["score": ["_gt": 3]]])),
    ("", ["type": "pg_untrack_table", "args": ["table": "desks", "cascade": true]]),
    ("drop table limits", ["type": "pg_untrack_table", "args": ["table": "rich"]]),
    ("alter table desks add column city text", ["type": "reload_metadata", "args": [:]]),
    (
      "alter table desks drop column mood",
      [
        "type": "run_sql",
        "args": ["sql": "create table plain (id int)", "check_metadata_consistency": true],
      ]
    ),
    (
      "",
      [
        "type": "run_sql",
        "args": [
          "sql": "alter table desks rename to places; alter table places rename name to title"
        ],
      ]
    ),
    ("drop table limits", ["type": "drop_inconsistent_metadata", "args": [:]]),
  ]

  @Test(arguments: changes.indices)
  func servesWhatAStartWouldFind(index: Int) async throws {
    let (sql, command) = Self.changes[index]
    let harness = try await EngineHarness(sql: Self.sql)
    #expect(try await harness.metadata(Self.preparation).0 == 200)
    try await expectAStart(of: harness, "the preparation")
    if !sql.isEmpty { try harness.database.execute(sql) }
    let type = command["type"]?.string ?? ""
    let status =
      type == "run_sql"
      ? try await harness.query(command).0 : try await harness.metadata(command).0
    // A permission is checked against what was read last, as by Hasura; and what is refused changes
    // nothing.
    if status == 200, sql.isEmpty || !type.hasSuffix("permission") {
      try await expectAStart(of: harness, "\(sql); \(command)")
    }
    #expect(try await harness.metadata(["type": "reload_metadata", "args": [:]]).0 == 200)
    try await expectAStart(of: harness, "\(sql); \(command), reloaded")
    await harness.stop()
  }

  private func expectAStart(of harness: EngineHarness, _ step: String) async throws {
    let fresh = try await EngineHarness(harness.database)
    let (state, whole) = (
      try #require(harness.engine.snapshots.current), try #require(fresh.engine.snapshots.current)
    )
    // Tables are stored by their names, and stand in memory as they came.
    #expect(state.metadata.encoded() == whole.metadata.encoded(), "\(step)")
    #expect(state.adminSchema.sdl == whole.adminSchema.sdl, "\(step)")
    #expect(state.adminSchema.differences(from: whole.adminSchema) == [], "\(step)")
    #expect(reasons(in: state) == reasons(in: whole), "\(step)")
    #expect(
      state.consistency.metadata.encoded() == whole.consistency.metadata.encoded(),
      "\(step)"
    )
    let role = RoleKey(role: "user")
    let (schema, other) = (try state.roles.make(role), try whole.roles.make(role))
    #expect(schema.sdl == other.sdl, "\(step)")
    await fresh.stop()
  }

  private func reasons(in state: EngineSnapshot) -> [String] {
    state.consistency.inconsistencies.map { $0.encoded().text }.sorted()
  }
}
