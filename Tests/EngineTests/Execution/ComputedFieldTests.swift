import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct ComputedFieldTests {
  private static let sql = """
    create table authors (id integer primary key, first text not null, last text, t0 text);
    create table articles (
      id integer primary key, author_id integer references authors, title text not null,
      score numeric(10,2));
    create table notes (author_id integer, body text);
    insert into authors values (1, 'Ann', 'Lee'), (2, 'Bob', null), (3, 'Cid', 'Roe');
    insert into articles values
      (1, 1, 'alpha one', 1.50), (2, 2, 'alpha two', 2.50), (3, 2, 'beta', 4);
    insert into notes values (1, 'x'), (1, 'x'), (2, 'y');
    create function full_name(authors) returns text language sql stable as $$
        select $1.first || coalesce(' ' || $1.last, '')
      $$;
    comment on function full_name(authors) is 'both names';
    create function weight(a authors, factor integer, more integer default 1)
      returns integer language sql stable as $$ select a.id * factor + more $$;
    create function caller(a authors, session json) returns text language sql stable as $$
        select session ->> 'x-hasura-user-id'
      $$;
    create function facts(a authors) returns jsonb language sql stable as $$
        select jsonb_build_object('id', a.id, 'names', jsonb_build_array(a.first, a.last))
      $$;
    create function search(term text, author authors) returns setof articles language sql stable as
      $$ select * from articles where author_id = author.id and title like term || '%'
         order by id desc $$;
    create function all_articles(author authors) returns setof articles language sql stable as
      $$ select * from articles where author_id = author.id $$;
    create function of_note(note notes) returns setof authors language sql stable as
      $$ select * from authors where id = note.author_id $$;
    """

  private static func field(_ name: String, _ definition: JSONValue) -> JSONValue {
    ["name": .string(name), "definition": definition]
  }

  private static let metadata = EngineHarness.metadata([
    [
      "table": "authors",
      "array_relationships": [
        [
          "name": "articles",
          "using": ["foreign_key_constraint_on": ["table": "articles", "column": "author_id"]],
        ]
      ],
      "computed_fields": [
        field("full_name", ["function": "full_name"]),
        field("weight", ["function": "weight"]),
        field("caller", ["function": "caller", "session_argument": "session"]),
        field("facts", ["function": "facts"]),
        field("found", ["function": "search", "table_argument": "author"]),
        field("texts", ["function": "all_articles"]),
      ],
      "select_permissions": [
        [
          "role": "reader",
          "permission": [
            "columns": [], "computed_fields": ["full_name"],
            "filter": ["full_name": ["_like": "%o%"]],
          ],
        ],
        [
          "role": "writer",
          "permission": [
            "columns": ["id"], "filter": ["texts": ["title": ["_eq": "beta"]]],
          ],
        ],
      ],
    ],
    [
      "table": "articles",
      "object_relationships": [
        ["name": "author", "using": ["foreign_key_constraint_on": "author_id"]]
      ],
      "select_permissions": [
        [
          "role": "writer",
          "permission": ["columns": ["id", "title"], "filter": ["id": ["_gt": 2]]],
        ]
      ],
    ],
    [
      "table": "notes",
      "computed_fields": [field("people", ["function": "of_note"])],
    ],
  ])

  /// Runs queries one after the other, each with the answer that it must have to the letter.
  private func check(
    _ cases: [(query: String, answer: String)],
    as session: Session = Session(role: Session.adminRole)
  ) async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    for (query, answer) in cases {
      let found = await harness.answer(query, as: session)
      #expect(found == answer)
    }
    await harness.stop()
  }

  @Test func selectsValues() async throws {
    try await check([
      (
        #"{ authors(order_by: {id: asc}) { full_name weight(args: {factor: 3}) "#
          + #"other: weight(args: {factor: 1, more: 9}) facts(path: "$.names[1]") } }"#,
        #"{"data":{"authors":["#
          + #"{"full_name":"Ann Lee","weight":4,"other":10,"facts":"Lee"},"#
          + #"{"full_name":"Bob","weight":7,"other":11,"facts":null},"#
          + #"{"full_name":"Cid Roe","weight":10,"other":12,"facts":"Roe"}]}}"#
      ),
      (
        "{ articles(order_by: {id: asc}, limit: 1) { author { full_name facts } } }",
        #"{"data":{"articles":[{"author":{"full_name":"Ann Lee","#
          + #""facts":{"id": 1, "names": ["Ann", "Lee"]}}}]}}"#
      ),
      (
        "{ authors_by_pk(id: 2) { articles(order_by: {id: asc}, limit: 1) "
          + "{ author { full_name } } } }",
        #"{"data":{"authors_by_pk":{"articles":[{"author":{"full_name":"Bob"}}]}}}"#
      ),
    ])
  }

  @Test func filtersOrdersAndAggregatesByValues() async throws {
    try await check([
      (
        #"{ authors(where: {full_name: {_ilike: "%O%"}}, order_by: {full_name: desc}) { id } }"#,
        #"{"data":{"authors":[{"id":3},{"id":2}]}}"#
      ),
      (
        #"{ articles(where: {author: {facts: {_contains: {id: 1}}}}) { id } }"#,
        #"{"data":{"articles":[{"id":1}]}}"#
      ),
      (
        "{ articles(order_by: [{author: {full_name: desc}}, {id: asc}]) { id } }",
        #"{"data":{"articles":[{"id":2},{"id":3},{"id":1}]}}"#
      ),
      (
        "{ authors_aggregate { aggregate { max { full_name weight(args: {factor: 2}) } "
          + "sum { weight(args: {factor: 1}) } } } }",
        #"{"data":{"authors_aggregate":{"aggregate":{"max":{"full_name":"Cid Roe","weight":7},"#
          + #""sum":{"weight":9}}}}}"#
      ),
      (
        #"{ authors(where: {weight: {_eq: 1}}) { id } }"#,
        #"{"errors":[{"message":"field 'weight' not found in type: 'authors_bool_exp'","#
          + #""extensions":{"path":"$.selectionSet.authors.args.where.weight","#
          + #""code":"validation-failed"}}]}"#
      ),
    ])
  }

  @Test func selectsRowsOfEachRow() async throws {
    try await check([
      (
        #"{ authors(order_by: {id: asc}) { id found(args: {term: ""}) { id author { id } } } }"#,
        #"{"data":{"authors":[{"id":1,"found":[{"id":1,"author":{"id":1}}]},"#
          + #"{"id":2,"found":[{"id":3,"author":{"id":2}},{"id":2,"author":{"id":2}}]},"#
          + #"{"id":3,"found":[]}]}}"#
      ),
      (
        #"{ authors(order_by: {id: asc}) { found(args: {term: ""}, limit: 1, "#
          + #"order_by: {score: asc}, where: {score: {_gt: 2}}) { id } } }"#,
        #"{"data":{"authors":[{"found":[]},{"found":[{"id":2}]},{"found":[]}]}}"#
      ),
      (
        "{ articles(order_by: {id: asc}) { author { texts(order_by: {id: asc}) { id "
          + "author { texts(limit: 1, order_by: {id: desc}) { id } } } } } }",
        #"{"data":{"articles":["#
          + #"{"author":{"texts":[{"id":1,"author":{"texts":[{"id":1}]}}]}},"#
          + #"{"author":{"texts":[{"id":2,"author":{"texts":[{"id":3}]}},"#
          + #"{"id":3,"author":{"texts":[{"id":3}]}}]}},"#
          + #"{"author":{"texts":[{"id":2,"author":{"texts":[{"id":3}]}},"#
          + #"{"id":3,"author":{"texts":[{"id":3}]}}]}}]}}"#
      ),
      (
        "{ authors_by_pk(id: 2) { texts(order_by: {id: asc}) { id } } }",
        #"{"data":{"authors_by_pk":{"texts":[{"id":2},{"id":3}]}}}"#
      ),
      (
        "{ notes(order_by: {body: asc}) { people { full_name } } }",
        #"{"data":{"notes":[{"people":[{"full_name":"Ann Lee"}]},"#
          + #"{"people":[{"full_name":"Ann Lee"}]},{"people":[{"full_name":"Bob"}]}]}}"#
      ),
      (
        "{ authors(order_by: {id: asc}, limit: 1) { articles(limit: 1, order_by: {id: asc}) "
          + "{ author { found(args: {term: \"a\"}) { title } } } } }",
        #"{"data":{"authors":[{"articles":[{"author":{"found":[{"title":"alpha one"}]}}]}]}}"#
      ),
    ])
  }

  @Test func filtersAndOrdersByRows() async throws {
    try await check([
      (
        #"{ authors(where: {texts: {title: {_eq: "beta"}}}) { id } }"#,
        #"{"data":{"authors":[{"id":2}]}}"#
      ),
      (
        "{ authors(order_by: [{texts_aggregate: {count: desc}}, {id: asc}]) { id } }",
        #"{"data":{"authors":[{"id":2},{"id":1},{"id":3}]}}"#
      ),
      (
        "{ authors(order_by: {texts_aggregate: {max: {score: asc_nulls_first}}}) { id } }",
        #"{"data":{"authors":[{"id":3},{"id":1},{"id":2}]}}"#
      ),
    ])
  }

  @Test func passesTheSessionsVariables() async throws {
    let session = Session(
      role: Session.adminRole,
      [SessionVariable(name: "x-hasura-user-id", value: "7'")]
    )
    try await check(
      [
        (
          #"{ authors(where: {caller: {_eq: "7'"}}, limit: 1) { caller } }"#,
          #"{"data":{"authors":[{"caller":"7'"}]}}"#
        )
      ],
      as: session
    )
  }

  @Test func showsValuesThatAreListedToRoles() async throws {
    try await check(
      [
        (
          "{ authors(order_by: {full_name: asc}) { full_name } }",
          #"{"data":{"authors":[{"full_name":"Bob"},{"full_name":"Cid Roe"}]}}"#
        ),
        (
          "{ authors { facts } }",
          #"{"errors":[{"message":"field 'facts' not found in type: 'authors'","extensions":"#
            + #"{"path":"$.selectionSet.authors.selectionSet.facts","#
            + #""code":"validation-failed"}}]}"#
        ),
        (
          "{ authors { texts { id } } }",
          #"{"errors":[{"message":"field 'texts' not found in type: 'authors'","extensions":"#
            + #"{"path":"$.selectionSet.authors.selectionSet.texts","#
            + #""code":"validation-failed"}}]}"#
        ),
      ],
      as: Session(role: "reader")
    )
  }

  @Test func showsRowsByThePermissionOnTheirTable() async throws {
    try await check(
      [
        (
          #"{ authors { id texts { id title } found(args: {term: ""}) { id } } }"#,
          #"{"data":{"authors":[{"id":2,"texts":[{"id":3,"title":"beta"}],"found":[{"id":3}]}]}}"#
        ),
        (
          "{ authors { full_name } }",
          #"{"errors":[{"message":"field 'full_name' not found in type: 'authors'","#
            + #""extensions":{"path":"$.selectionSet.authors.selectionSet.full_name","#
            + #""code":"validation-failed"}}]}"#
        ),
        (
          #"{ authors(where: {texts: {title: {_like: "alpha%"}}}) { id } }"#,
          #"{"data":{"authors":[]}}"#
        ),
      ],
      as: Session(role: "writer")
    )
  }

  @Test func describesFieldsAsHasuraDoes() async throws {
    let harness = try await EngineHarness(sql: Self.sql, metadata: Self.metadata)
    let sdl = try harness.engine.schemaText(role: Session.adminRole)
    for line in [
      #"  """both names""""#,
      #"  A computed field, executes function "search""#,
      #"    input parameters for computed field "found" defined on table "authors""#,
      "    args: found_authors_args!",
      "  ): [articles!]\n",
      "input weight_authors_args {\n  factor: Int\n  more: Int\n}",
    ] {
      #expect(sdl.contains(line), "\(line)")
    }
    await harness.stop()
  }
}
