"""Clients as people use them."""

import asyncio

import graphql
import pytest
import requests
from gql import Client
from gql import gql as document
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.websockets import WebsocketsTransport
from stack import ADMIN_SECRET

SECRET = {"x-hasura-admin-secret": ADMIN_SECRET}


def client(stack):
    transport = RequestsHTTPTransport(url=stack.endpoint + "/v1/graphql", headers=SECRET)
    return Client(transport=transport, fetch_schema_from_transport=True)


def test_gql_fetches_the_schema_and_validates_by_it(stack):
    query = document("""
      query ($least: numeric!) {
        fill_aggregate(where: {price: {_gte: $least}}) { aggregate { count max { price } } }
        desk(order_by: {fills_aggregate: {count: desc}, id: asc}, limit: 1) { name }
      }""")
    query.variable_values = {"least": "129.99"}
    with client(stack) as session:
        answer = session.execute(query)
        with pytest.raises(Exception, match="Cannot query field 'nothing'"):
            session.execute(document("{ desk { nothing } }"))
    assert answer == {"fill_aggregate": {"aggregate": {"count": 2, "max": {"price": 130}}},
                      "desk": [{"name": "alpha"}]}


def test_gql_gets_the_servers_errors(stack):
    transport = RequestsHTTPTransport(url=stack.endpoint + "/v1/graphql", headers=SECRET)
    with Client(transport=transport) as session, pytest.raises(TransportQueryError) as raised:
        session.execute(document("{ nothing }"))
    assert raised.value.errors == [{
        "message": "field 'nothing' not found in type: 'query_root'",
        "extensions": {"path": "$.selectionSet.nothing", "code": "validation-failed"}}]


@pytest.mark.parametrize("options", [
    {}, {"descriptions": False}, {"specified_by_url": True, "directive_is_repeatable": True,
                                  "schema_description": True, "input_value_deprecation": True,
                                  "one_of": True}])
def test_the_introspection_query_of_graphiql(stack, options):
    query = graphql.get_introspection_query(**options)
    answer = requests.post(stack.endpoint + "/v1/graphql", headers=SECRET,
                           json={"query": query, "operationName": "IntrospectionQuery"}).json()
    schema = graphql.build_client_schema(answer["data"])
    assert graphql.validate_schema(schema) == []
    assert str(schema.query_type.fields["desk"].type) == "[desk!]!"
    arguments = schema.query_type.fields["desk"].args
    assert {name: str(argument.type) for name, argument in arguments.items()} == {
        "distinct_on": "[desk_select_column!]", "limit": "Int", "offset": "Int",
        "order_by": "[desk_order_by!]", "where": "desk_bool_exp"}


def socket_client(stack, subprotocol):
    return Client(transport=WebsocketsTransport(
        url=f"ws://127.0.0.1:{stack.port}/v1/graphql", subprotocols=[subprotocol],
        init_payload={"headers": SECRET}))


BOTH = pytest.mark.parametrize("subprotocol", [
    WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL, WebsocketsTransport.APOLLO_SUBPROTOCOL])


@BOTH
def test_gql_asks_over_a_websocket(stack, subprotocol):
    async def ask():
        async with socket_client(stack, subprotocol) as session:
            queries = [session.execute(document(f"{{ desk_by_pk(id: {id}) {{ name }} }}")) for id in (1, 2, 3)]
            names = await asyncio.gather(*queries)
            with pytest.raises(TransportQueryError) as raised:
                await session.execute(document("{ nothing }"))
            error = raised.value.errors[0]
            # Hasura's errors of the older protocol are a whole answer.
            error = error["errors"][0] if "errors" in error else error
            return [answer["desk_by_pk"]["name"] for answer in names], error["message"]

    assert asyncio.run(ask()) == (["alpha", "beta", "gamma"],
                                  "field 'nothing' not found in type: 'query_root'")


@BOTH
def test_gql_subscribes_over_a_websocket(own_stack, subprotocol):
    query = document("subscription @refetch(interval: 100) { desk_by_pk(id: 1) { name } }")

    async def hear():
        heard = []
        async with socket_client(own_stack, subprotocol) as session:
            async for result in session.subscribe(query):
                heard.append(result["desk_by_pk"]["name"])
                if len(heard) == 3:
                    return heard
                own_stack.sql(f"update desk set name = 'name {len(heard)}' where id = 1")

    assert asyncio.run(hear()) == ["alpha", "name 1", "name 2"]
