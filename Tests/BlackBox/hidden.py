"""What the role of test_ways_round.py asks, and all that it may learn."""

# Of each kind of field, the rows that it may show.
ROWS = {
    "list": (
        "{ account(order_by: {id: asc}) { id owner balance notes label desk { name } } }",
        {"account": [{"id": 1, "owner": "ann", "balance": 10.5, "notes": {"k": 1}, "label": "ann/1",
         "desk": {"name": "alpha"}}, {"id": 3, "owner": "ann", "balance": 30.75, "notes": {"k": 3},
         "label": "ann/3", "desk": {"name": "beta"}}]}),
    "by key": (
        "{ mine: account_by_pk(id: 1) { id } other: account_by_pk(id: 2) { id } }",
        {"mine": {"id": 1}, "other": None}),
    "distinct": (
        "{ account(distinct_on: desk_id, order_by: [{desk_id: asc}, {balance: desc}]) { id balance } }",
        {"account": [{"id": 1, "balance": 10.5}, {"id": 3, "balance": 30.75}]}),
    "page": (
        "{ account(order_by: {id: desc}, limit: 1, offset: 2) { id } }",
        {"account": []}),
    "negation": (
        '{ account(where: {_not: {owner: {_eq: "ann"}}}) { id } }',
        {"account": []}),
    "alternative": (
        "{ account(where: {_or: [{id: {_eq: 2}}, {}]}, order_by: {id: asc}) { id } }",
        {"account": [{"id": 1}, {"id": 3}]}),
    "aggregate": (
        "{ account_aggregate { aggregate { count sum { balance } max { owner balance } } nodes { id } } }",
        {"account_aggregate": {"aggregate": {"count": 2, "sum": {"balance": 41.25}, "max": {"owner": "ann",
         "balance": 30.75}}, "nodes": [{"id": 1}, {"id": 3}]}}),
    "aggregate of some": (
        "{ account_aggregate(where: {balance: {_gt: 1000}}) { aggregate { count } nodes { id } } }",
        {"account_aggregate": {"aggregate": {"count": 0}, "nodes": []}}),
    "groups": (
        "{ account_aggregate { group_by(keys: [{column: owner}]) { group_key { owner } aggregate { count } } } }",
        {"account_aggregate": {"group_by": [{"group_key": {"owner": "ann"}, "aggregate": {"count": 2}}]}}),
    "groups by a related row": (
        "{ account_aggregate { group_by(keys: {desk: {column: name}}) { group_key { desk { name } } "
        "aggregate { count } } } }",
        {"account_aggregate": {"group_by": [
            {"group_key": {"desk": {"name": "alpha"}}, "aggregate": {"count": 1}},
            {"group_key": {"desk": {"name": "beta"}}, "aggregate": {"count": 1}}]}}),
    "array relationship": (
        "{ desk(order_by: {id: asc}) { id accounts(order_by: {id: asc}) { id } accounts_aggregate { "
        "aggregate { count max { balance } } } } }",
        {"desk": [{"id": 1, "accounts": [{"id": 1}], "accounts_aggregate": {"aggregate": {"count": 1,
         "max": {"balance": 10.5}}}}, {"id": 2, "accounts": [{"id": 3}],
         "accounts_aggregate": {"aggregate": {"count": 1, "max": {"balance": 30.75}}}}]}),
    "there and back": (
        "{ account_by_pk(id: 1) { desk { accounts { id owner } } } }",
        {"account_by_pk": {"desk": {"accounts": [{"id": 1, "owner": "ann"}]}}}),
    "condition over a relationship": (
        "{ desk(where: {accounts: {balance: {_gt: 1000}}}) { id } }",
        {"desk": []}),
    "condition on an aggregate": (
        "{ desk(where: {accounts_aggregate: {count: {predicate: {_gt: 1}}}}) { id } }",
        {"desk": []}),
    "negation over a relationship": (
        "{ desk(where: {_not: {accounts: {balance: {_gt: 1000}}}}, order_by: {id: asc}) { id } }",
        {"desk": [{"id": 1}, {"id": 2}]}),
    "order over an aggregate": (
        "{ desk(order_by: {accounts_aggregate: {max: {balance: desc}}}) { id } }",
        {"desk": [{"id": 2}, {"id": 1}]}),
    "function": (
        "{ accounts_of(args: {desk: 1}) { id owner } }",
        {"accounts_of": [{"id": 1, "owner": "ann"}]}),
    "function's aggregate": (
        "{ accounts_of_aggregate(args: {desk: 1}) { aggregate { count max { balance } } } }",
        {"accounts_of_aggregate": {"aggregate": {"count": 1, "max": {"balance": 10.5}}}}),
    "computed rows": (
        "{ desk(order_by: {id: asc}) { accounts_at { id owner } } }",
        {"desk": [{"accounts_at": [{"id": 1, "owner": "ann"}]}, {"accounts_at": [{"id": 3, "owner": "ann"}]}]}),
    "condition on a computed field": (
        '{ account(where: {label: {_like: "%MAR%"}}) { id } }',
        {"account": []}),
    "order by a computed field": (
        "{ account(order_by: {label: desc}) { id } }",
        {"account": [{"id": 3}, {"id": 1}]}),
    "native query": (
        "{ holdings(args: {least: 0}, order_by: {id: asc}) { id owner } }",
        {"holdings": [{"id": 1, "owner": "ann"}, {"id": 3, "owner": "ann"}]}),
    "native query's condition": (
        '{ holdings(args: {least: 0}, where: {owner: {_neq: "ann"}}) { id } }',
        {"holdings": []}),
    "native query's relationship": (
        "{ stakes(order_by: {id: asc}) { id account { owner desk { name } } } }",
        {"stakes": [{"id": 1, "account": {"owner": "ann", "desk": {"name": "alpha"}}},
                    {"id": 3, "account": {"owner": "ann", "desk": {"name": "beta"}}}]}),
    "relationship to a native query": (
        "{ desk(order_by: {id: asc}) { id stakes { id owner } } }",
        {"desk": [{"id": 1, "stakes": [{"id": 1, "owner": "ann"}]}, {"id": 2, "stakes": []}]}),
    "condition over a native query": (
        "{ desk(where: {stakes: {id: {_gte: 1}}}) { id } }",
        {"desk": [{"id": 1}]}),
    "negation over a native query": (
        "{ desk(where: {_not: {stakes: {}}}) { id } }",
        {"desk": [{"id": 2}]}),
    "type": (
        '{ __type(name: "account") { fields { name } } audit: __type(name: "audit") { name } keys: '
        '__type(name: "account_select_column") { enumValues { name } } }',
        {"__type": {"fields": [{"name": "balance"}, {"name": "desk"}, {"name": "desk_id"}, {"name": "id"},
         {"name": "label"}, {"name": "notes"}, {"name": "owner"}]}, "audit": None,
         "keys": {"enumValues": [{"name": "balance"}, {"name": "desk_id"}, {"name": "id"}, {"name": "notes"},
         {"name": "owner"}]}}),
}

# Columns, tables, functions and writes that the role does not have: the error, and where it is.
MISSING = {
    "column": (
        "{ account { pin } }",
        "field 'pin' not found in type: 'account'",
        "$.selectionSet.account.selectionSet.pin"),
    "column of a relationship": (
        "{ account { desk { code } } }",
        "field 'code' not found in type: 'desk'",
        "$.selectionSet.account.selectionSet.desk.selectionSet.code"),
    "column in a condition": (
        '{ account(where: {pin: {_like: "M%"}}) { id } }',
        "field 'pin' not found in type: 'account_bool_exp'",
        "$.selectionSet.account.args.where.pin"),
    "column in a condition of a relationship": (
        '{ desk(where: {accounts: {pin: {_like: "M%"}}}) { id } }',
        "field 'pin' not found in type: 'account_bool_exp'",
        "$.selectionSet.desk.args.where.accounts.pin"),
    "column in an order": (
        "{ account(order_by: {pin: asc}) { id } }",
        "field 'pin' not found in type: 'account_order_by'",
        "$.selectionSet.account.args.order_by.pin"),
    "column in an order of a relationship": (
        "{ account(order_by: {desk: {code: asc}}) { id } }",
        "field 'code' not found in type: 'desk_order_by'",
        "$.selectionSet.account.args.order_by.desk.code"),
    "column in an order of an aggregate": (
        "{ desk(order_by: {accounts_aggregate: {max: {pin: asc}}}) { id } }",
        "field 'pin' not found in type: 'account_max_order_by'",
        "$.selectionSet.desk.args.order_by.accounts_aggregate.max.pin"),
    "column in distinct_on": (
        "{ account(distinct_on: pin) { id } }",
        "expected one of the values ['balance', 'desk_id', 'id', 'notes', 'owner'] for type "
        "'account_select_column', but found 'pin'",
        "$.selectionSet.account.args.distinct_on"),
    "column in an aggregate": (
        "{ account_aggregate { aggregate { max { pin } } } }",
        "field 'pin' not found in type: 'account_max_fields'",
        "$.selectionSet.account_aggregate.selectionSet.aggregate.selectionSet.max.selectionSet.pin"),
    "column in a count": (
        "{ account_aggregate { aggregate { count(columns: pin, distinct: true) } } }",
        "expected one of the values ['balance', 'desk_id', 'id', 'notes', 'owner'] for type "
        "'account_select_column', but found 'pin'",
        "$.selectionSet.account_aggregate.selectionSet.aggregate.selectionSet.count.args.columns"),
    "column in a group": (
        "{ account_aggregate { group_by(keys: [{column: pin}]) { aggregate { count } } } }",
        "expected one of the values ['balance', 'desk_id', 'id', 'notes', 'owner'] for type "
        "'account_select_column', but found 'pin'",
        "$.selectionSet.account_aggregate.selectionSet.group_by.args.keys[0].column"),
    "column compared": (
        '{ account(where: {owner: {_ceq: "pin"}}) { id } }',
        "field '_ceq' not found in type: 'String_comparison_exp'",
        "$.selectionSet.account.args.where.owner._ceq"),
    "column in a condition on an aggregate": (
        '{ desk(where: {accounts_aggregate: {max: {arguments: pin, predicate: {_like: "M%"}}}}) { id } }',
        "expected one of the values ['balance', 'desk_id', 'id'] for type "
        "'account_select_column_account_aggregate_bool_exp_max_arguments_columns', but found 'pin'",
        "$.selectionSet.desk.args.where.accounts_aggregate.max.arguments"),
    "computed field": (
        "{ account { pin_of } }",
        "field 'pin_of' not found in type: 'account'",
        "$.selectionSet.account.selectionSet.pin_of"),
    "column of a function": (
        "{ accounts_of(args: {desk: 1}) { pin } }",
        "field 'pin' not found in type: 'account'",
        "$.selectionSet.accounts_of.selectionSet.pin"),
    "column in a function's condition": (
        "{ accounts_of(args: {desk: 1}, where: {pin: {_is_null: false}}) { id } }",
        "field 'pin' not found in type: 'account_bool_exp'",
        "$.selectionSet.accounts_of.args.where.pin"),
    "key of a related row": (
        "{ account_aggregate { group_by(keys: {desk: {column: code}}) { aggregate { count } } } }",
        "expected one of the values ['id', 'name'] for type 'desk_select_column', but found 'code'",
        "$.selectionSet.account_aggregate.selectionSet.group_by.args.keys.desk.column"),
    "column of a native query": (
        "{ holdings(args: {least: 0}) { pin } }",
        "field 'pin' not found in type: 'holding'",
        "$.selectionSet.holdings.selectionSet.pin"),
    "column in a native query's condition": (
        "{ holdings(args: {least: 0}, where: {pin: {_is_null: false}}) { id } }",
        "field 'pin' not found in type: 'holding_bool_exp'",
        "$.selectionSet.holdings.args.where.pin"),
    "column behind a relationship of a native query": (
        "{ stakes { account { pin } } }",
        "field 'pin' not found in type: 'account'",
        "$.selectionSet.stakes.selectionSet.account.selectionSet.pin"),
    "column behind a relationship to a native query": (
        "{ desk { stakes { pin } } }",
        "field 'pin' not found in type: 'stakes'",
        "$.selectionSet.desk.selectionSet.stakes.selectionSet.pin"),
    "relationship of a native query to a hidden table": (
        "{ stakes { audits { what } } }",
        "field 'audits' not found in type: 'stakes'",
        "$.selectionSet.stakes.selectionSet.audits"),
    "table": (
        "{ audit { id } }",
        "field 'audit' not found in type: 'query_root'",
        "$.selectionSet.audit"),
    "table by key": (
        "{ audit_by_pk(id: 1) { what } }",
        "field 'audit_by_pk' not found in type: 'query_root'",
        "$.selectionSet.audit_by_pk"),
    "table's aggregate": (
        "{ audit_aggregate { aggregate { count } } }",
        "field 'audit_aggregate' not found in type: 'query_root'",
        "$.selectionSet.audit_aggregate"),
    "table by relationship": (
        "{ account { audits { what } } }",
        "field 'audits' not found in type: 'account'",
        "$.selectionSet.account.selectionSet.audits"),
    "table in a condition": (
        '{ account(where: {audits: {what: {_like: "M%"}}}) { id } }',
        "field 'audits' not found in type: 'account_bool_exp'",
        "$.selectionSet.account.args.where.audits"),
    "table in an order": (
        "{ account(order_by: {audits_aggregate: {count: asc}}) { id } }",
        "field 'audits_aggregate' not found in type: 'account_order_by'",
        "$.selectionSet.account.args.order_by.audits_aggregate"),
    "function over a table": (
        "{ audits { id } }",
        "field 'audits' not found in type: 'query_root'",
        "$.selectionSet.audits"),
    "write": (
        "mutation { delete_account(where: {}) { affected_rows returning { pin } } }",
        "no mutations exist",
        "$"),
}
