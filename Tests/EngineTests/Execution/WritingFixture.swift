import JSON
import Testing

@testable import Engine

/// Accounts with fills, notes and a profile, to be written.
enum WritingFixture {
  static let sql = """
    create table accounts (
      id serial primary key, name text not null unique, equity numeric, opened timestamptz,
      tags text[], raw jsonb, kind text default 'cash', units bigint, ratio float8,
      upper_name text generated always as (upper(name)) stored);
    create table fills (
      id serial primary key, account_id integer not null references accounts,
      symbol text not null default 'SPY', qty numeric(18,4) not null check (qty <> 0),
      constraint fills_once unique (account_id, symbol));
    create table profiles (
      account_id integer primary key references accounts, email text not null);
    create table notes (
      id integer generated always as identity primary key, fill_id integer references fills,
      body text not null);
    create view account_names as select id, name from accounts;
    create view account_counts as select count(*) from accounts;
    create table log (n serial, who json, op text);
    create function note() returns trigger language plpgsql as $$
      begin
        insert into log (who, op) values (current_setting('hasura.user')::json, tg_op);
        return null;
      end $$;
    insert into accounts (id, name, equity, raw) values
      (101, 'first', 12345678901234567890.125, '{"a": [1, 2, 3], "b": {"c": true}}'),
      (102, 'second', null, '["x", "y"]');
    insert into fills (id, account_id, symbol, qty) values
      (201, 101, 'AAPL', 10), (202, 101, 'MSFT', -5.5), (203, 102, 'AAPL', 1);
    """

  static let metadata = EngineHarness.metadata([
    [
      "table": "accounts",
      "object_relationships": [
        [
          "name": "profile",
          "using": ["foreign_key_constraint_on": ["table": "profiles", "column": "account_id"]],
        ]
      ],
      "array_relationships": [
        [
          "name": "fills",
          "using": ["foreign_key_constraint_on": ["table": "fills", "column": "account_id"]],
        ]
      ],
    ],
    [
      "table": "fills",
      "object_relationships": [
        ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
      ],
      "array_relationships": [
        [
          "name": "notes",
          "using": ["foreign_key_constraint_on": ["table": "notes", "column": "fill_id"]],
        ]
      ],
    ],
    [
      "table": "profiles",
      "object_relationships": [
        ["name": "account", "using": ["foreign_key_constraint_on": "account_id"]]
      ],
    ],
    [
      "table": "notes",
      "object_relationships": [
        ["name": "fill", "using": ["foreign_key_constraint_on": "fill_id"]]
      ],
    ],
    ["table": "account_names"], ["table": "account_counts"], ["table": "log"],
  ])

  /// A request and the answer that it must have to the letter.
  typealias Step = (query: String, variables: JSONValue, answer: String)

  /// Runs requests one after the other over a database of their own.
  static func checkAll(
    sql more: String = "",
    _ steps: [Step],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let harness = try await EngineHarness(sql: sql + more, metadata: metadata)
    for (query, variables, answer) in steps {
      let found = await harness.answer(query, variables.object ?? JSONObject())
      #expect(found == answer, "\(query)", sourceLocation: location)
    }
    await harness.stop()
  }

  static func check(
    sql more: String = "",
    _ steps: (query: String, answer: String)...,
    location: SourceLocation = #_sourceLocation
  ) async throws {
    try await checkAll(sql: more, steps.map { ($0.query, [:], $0.answer) }, location)
  }

  /// The body that tells an error.
  static func error(_ message: String, _ path: String, _ code: String) -> String {
    let message = JSONValue.string(message).text
    return
      #"{"errors":[{"message":\#(message),"extensions":{"path":"\#(path)","code":"\#(code)"}}]}"#
  }
}
