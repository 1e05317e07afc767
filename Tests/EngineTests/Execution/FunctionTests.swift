import JSON
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2))) struct FunctionTests {
  private static let sql = """
    create table authors (id integer primary key, name text not null);
    create table articles (
      id integer primary key, author_id integer references authors, title text not null,
      score numeric(10,2));
    insert into authors values (1, 'Ann'), (2, 'Bob');
    insert into articles values
      (1, 1, 'alpha one', 1.50), (2, 2, 'alpha two', 2.50), (3, 2, 'beta', 4);
    create function search_articles(search text, lowest numeric default 0, highest numeric default 100)
      returns setof articles language sql stable as $$
        select * from articles where title like search || '%' and score >= lowest and score <= highest
        order by id desc
      $$;
    create function articles_of("ids" integer[], integer default 10)
      returns setof articles language sql stable as $$
        select * from articles where author_id = any(ids) order by id limit $2
      $$;
    create function own_articles(session json) returns setof articles language sql stable as $$
        select * from articles where author_id = (session ->> 'x-hasura-user-id')::integer
      $$;
    create function best_article(floor numeric default 0) returns articles language sql stable as $$
        select * from articles where score >= floor order by score desc limit 1
      $$;
    create function similar_to(author authors) returns setof articles language sql stable as $$
        select * from articles where author_id <> author.id
      $$;
    create table calls (n serial);
    create function counted() returns setof articles language plpgsql volatile as $$
        begin
          insert into calls default values;
          return query select * from articles order by id;
        end
      $$;
    create function changed() returns setof articles language sql volatile as $$
        select * from articles
      $$;
    """

  private static let functions: [JSONValue] = [
    ["function": "search_articles"],
    ["function": "articles_of", "comment": "articles of some authors"],
    ["function": "own_articles", "configuration": ["session_argument": "session"]],
    ["function": "best_article", "configuration": ["custom_name": "best"]],
    ["function": "similar_to"],
    ["function": "counted", "configuration": ["exposed_as": "query"]],
    ["function": "changed"],
  ]

  private static let metadata: JSONValue = [
    "version": 3,
    "sources": [
      [
        "name": "default", "kind": "postgres",
        "tables": [
          [
            "table": "authors",
            "array_relationships": [
              [
                "name": "articles",
                "using": [
                  "foreign_key_constraint_on": ["table": "articles", "column": "author_id"]
                ],
              ]
            ],
          ],
          [
            "table": "articles",
            "object_relationships": [
              ["name": "author", "using": ["foreign_key_constraint_on": "author_id"]]
            ],
            "select_permissions": [
              [
                "role": "reader",
                "permission": [
                  "columns": ["id", "title"], "filter": ["score": ["_gte": 2]], "limit": 1,
                ],
              ]
            ],
          ],
        ],
        "functions": .array(functions),
        "configuration": ["connection_info": ["database_url": ["from_env": "X"]]],
      ]
    ],
  ]

  private func harness(infers: Bool = true) async throws -> EngineHarness {
    try await EngineHarness(sql: Self.sql, metadata: Self.metadata) {
      $0.infersFunctionPermissions = infers
    }
  }

  /// Runs queries one after the other, each with the answer that it must have to the letter.
  private func check(
    _ cases: [(query: String, answer: String)],
    as session: Session = Session(role: Session.adminRole)
  ) async throws {
    let harness = try await harness()
    for (query, answer) in cases {
      let found = await harness.answer(query, as: session)
      #expect(found == answer)
    }
    await harness.stop()
  }

  @Test func listsTheRowsOfAFunctionInItsOwnOrder() async throws {
    try await check([
      (
        #"{ search_articles(args: {search: "alpha"}) { id title author { name } } }"#,
        #"{"data":{"search_articles":[{"id":2,"title":"alpha two","author":{"name":"Bob"}},"#
          + #"{"id":1,"title":"alpha one","author":{"name":"Ann"}}]}}"#
      ),
      (
        #"{ search_articles(args: {search: ""}, limit: 2, offset: 1, where: {id: {_gt: 0}}) "#
          + "{ id author { articles(order_by: {id: asc}) { id } } } }",
        #"{"data":{"search_articles":[{"id":2,"author":{"articles":[{"id":2},{"id":3}]}},"#
          + #"{"id":1,"author":{"articles":[{"id":1}]}}]}}"#
      ),
      (
        #"{ search_articles(args: {search: ""}, order_by: {score: asc}, distinct_on: score, "#
          + "limit: 1) { score } }",
        #"{"data":{"search_articles":[{"score":1.50}]}}"#
      ),
    ])
  }

  @Test func passesArgumentsByPlaceAndFromAGapOnByName() async throws {
    try await check([
      (
        #"{ search_articles(args: {search: "", highest: "2.50"}) { id } }"#,
        #"{"data":{"search_articles":[{"id":2},{"id":1}]}}"#
      ),
      (
        #"{ search_articles(args: {search: "", lowest: 2.5}) { id } }"#,
        #"{"data":{"search_articles":[{"id":3},{"id":2}]}}"#
      ),
      (
        #"{ search_articles(args: {search: null}) { id } }"#,
        #"{"data":{"search_articles":[]}}"#
      ),
      (
        #"{ articles_of(args: {ids: [2], arg_1: 1}) { id } }"#,
        #"{"data":{"articles_of":[{"id":2}]}}"#
      ),
      (
        #"{ similar_to(args: {author: "(1,Ann)"}) { id } }"#,
        #"{"data":{"similar_to":[{"id":2},{"id":3}]}}"#
      ),
      (
        #"{ search_articles(args: {lowest: 1}) { id } }"#,
        #"{"errors":[{"message":"Non default arguments cannot be omitted","extensions":"#
          + #"{"path":"$.selectionSet.search_articles.args.args","code":"not-supported"}}]}"#
      ),
      (
        #"{ search_articles { id } }"#,
        #"{"errors":[{"message":"missing required field 'args'","extensions":"#
          + #"{"path":"$.selectionSet.search_articles.args.args","code":"validation-failed"}}]}"#
      ),
    ])
  }

  @Test func aggregatesTheRowsOfAFunction() async throws {
    try await check([
      (
        #"{ search_articles_aggregate(args: {search: "alpha"}) { aggregate { count "#
          + "sum { score } max { title } } nodes { id author { name } } } }",
        #"{"data":{"search_articles_aggregate":{"aggregate":{"count":2,"sum":{"score":4.00},"#
          + #""max":{"title":"alpha two"}},"nodes":[{"id":2,"author":{"name":"Bob"}},"#
          + #"{"id":1,"author":{"name":"Ann"}}]}}}"#
      ),
      (
        #"{ search_articles_aggregate(args: {search: ""}, limit: 1) "#
          + "{ aggregate { count } nodes { id } } }",
        #"{"data":{"search_articles_aggregate":{"aggregate":{"count":1},"nodes":[{"id":3}]}}}"#
      ),
    ])
  }

  @Test func givesOneRowOrNone() async throws {
    try await check([
      ("{ best { id author { name } } }", #"{"data":{"best":{"id":3,"author":{"name":"Bob"}}}}"#),
      ("{ best(args: {floor: 50}) { id } }", #"{"data":{"best":null}}"#),
    ])
  }

  @Test func passesTheSessionsVariables() async throws {
    try await check(
      [("{ own_articles { id } }", #"{"data":{"own_articles":[{"id":1}]}}"#)],
      as: Session(
        role: Session.adminRole,
        [SessionVariable(name: "x-hasura-user-id", value: "1")]
      )
    )
  }

  @Test func callsAVolatileFunctionOnce() async throws {
    let harness = try await harness()
    let answer = await harness.answer(
      "{ counted { id author { name articles_aggregate { aggregate { count } } } } }"
    )
    #expect(
      answer == #"{"data":{"counted":["#
        + #"{"id":1,"author":{"name":"Ann","articles_aggregate":{"aggregate":{"count":1}}}},"#
        + #"{"id":2,"author":{"name":"Bob","articles_aggregate":{"aggregate":{"count":2}}}},"#
        + #"{"id":3,"author":{"name":"Bob","articles_aggregate":{"aggregate":{"count":2}}}}]}}"#
    )
    let calls = try await harness.query([
      "type": "run_sql", "args": ["sql": "select count(*) from calls"],
    ])
    #expect(calls.1["result"]?.array?.last == ["1"])
    await harness.stop()
  }

  @Test func leavesWhatMayChangeSomethingToMutations() async throws {
    try await check([
      (
        "{ changed { id } }",
        #"{"errors":[{"message":"field 'changed' not found in type: 'query_root'","extensions":"#
          + #"{"path":"$.selectionSet.changed","code":"validation-failed"}}]}"#
      )
    ])
  }

  @Test func showsRolesTheRowsThatTheyMayRead() async throws {
    try await check(
      [
        (
          #"{ search_articles(args: {search: ""}) { id title } }"#,
          #"{"data":{"search_articles":[{"id":3,"title":"beta"}]}}"#
        ),
        (
          #"{ search_articles(args: {search: ""}) { score } }"#,
          #"{"errors":[{"message":"field 'score' not found in type: 'articles'","extensions":"#
            + #"{"path":"$.selectionSet.search_articles.selectionSet.score","#
            + #""code":"validation-failed"}}]}"#
        ),
        (
          #"{ search_articles_aggregate(args: {search: ""}) { aggregate { count } } }"#,
          #"{"errors":[{"message":"field 'search_articles_aggregate' not found in type: "#
            + #"'query_root'","extensions":{"path":"$.selectionSet.search_articles_aggregate","#
            + #""code":"validation-failed"}}]}"#
        ),
      ],
      as: Session(role: "reader")
    )
  }

  @Test func wantsPermissionsOnFunctionsWhereTheyAreNotInferred() async throws {
    let harness = try await harness(infers: false)
    let session = Session(role: "reader")
    let query = #"{ search_articles(args: {search: ""}) { id } }"#
    #expect(
      await harness.answer(query, as: session)
        == #"{"errors":[{"message":"field 'search_articles' not found in type: 'query_root'","#
        + #""extensions":{"path":"$.selectionSet.search_articles","code":"validation-failed"}}]}"#
    )
    let permission = try await harness.metadata([
      "type": "pg_create_function_permission",
      "args": ["function": "search_articles", "role": "reader"],
    ])
    #expect(permission.0 == 200)
    #expect(
      await harness.answer(query, as: session) == #"{"data":{"search_articles":[{"id":3}]}}"#
    )
    await harness.stop()
  }

  @Test func describesFunctionsAsHasuraDoes() async throws {
    let harness = try await harness()
    let sdl = try harness.engine.schemaText(role: Session.adminRole)
    for line in [
      #"  execute function "search_articles" which returns "articles""#,
      #"  """articles of some authors"""#,
      #"    input parameters for function "search_articles""#,
      "    args: search_articles_args!",
      "    args: best_args",
      "input articles_of_args {",
      "  ids: [Int!]",
      "  author: authors_scalar",
    ] {
      #expect(sdl.contains(line), "\(line)")
    }
    await harness.stop()
  }
}
