"""Tokens, JWK sets and webhooks against the binary: over TLS, with endpoints that are down or hang."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
import time
import urllib.request

import pytest
from conftest import BINARY, make_desk, run_apus
from endpoint import Endpoint
from stack import ADMIN_SECRET, Stack, free_port
from talk import LEGACY, TRANSPORT, Talk

SECRET = "a shared secret of more than 32 characters"
QUERY = {"query": "{ desk(order_by: {id: asc}) { id } }"}
ALL = {"data": {"desk": [{"id": 1}, {"id": 2}, {"id": 3}]}}
MINE = {"data": {"desk": [{"id": 2}]}}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims, secret=SECRET, key_id=None, **members):
    head = {"alg": "HS256", "typ": "JWT", **({"kid": key_id} if key_id else {})}
    payload = {"exp": int(time.time()) + 600, "https://hasura.io/jwt/claims": claims, **members}
    text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(payload).encode())
    return text + "." + b64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


TRADER = {"x-hasura-allowed-roles": ["trader", "admin"], "x-hasura-default-role": "trader",
          "x-hasura-desk-id": 2}


def bearer(*arguments, **options):
    return {"authorization": "Bearer " + token(*arguments, **options)}


@contextlib.contextmanager
def served(environment, arguments=()):
    """A server over the desk schema, of which a trader sees one desk."""
    with Stack(BINARY, environment=environment, arguments=arguments) as stack:
        make_desk(stack)
        stack.metadata({"type": "pg_create_select_permission", "args": {
            "table": "desk", "role": "trader",
            "permission": {"columns": ["id"], "filter": {"id": {"_eq": "X-Hasura-Desk-Id"}}}}})
        yield stack


def ask(stack, headers, path="/v1/graphql", body=QUERY):
    """The status and the answer of a request without the admin secret."""
    secret, stack.admin_secret = stack.admin_secret, None
    try:
        return stack.post(path, body, headers)
    finally:
        stack.admin_secret = secret


def message(answer):
    return answer[1]["errors"][0]["message"]


# -- Keys of the tests' own


def key_set(*secrets):
    keys = [{"kty": "oct", "kid": str(index), "alg": "HS256", "k": b64(secret.encode())}
            for index, secret in enumerate(secrets)]
    return json.dumps({"keys": keys}).encode()


# -- Tokens


@pytest.fixture(scope="module")
def jwt_stack():
    configuration = json.dumps({"type": "HS256", "key": SECRET})
    with served({"HASURA_GRAPHQL_JWT_SECRET": configuration,
                 "HASURA_GRAPHQL_ADMIN_SECRETS": '["another secret"]',
                 "HASURA_GRAPHQL_UNAUTHORIZED_ROLE": "stranger"}) as stack:
        yield stack


def test_a_token_gives_its_role_and_variables(jwt_stack):
    assert ask(jwt_stack, bearer(TRADER)) == (200, MINE)
    assert ask(jwt_stack, {**bearer(TRADER), "x-hasura-role": "admin"}) == (200, ALL)
    # The client's own word for a variable is nothing.
    assert ask(jwt_stack, {**bearer(TRADER), "x-hasura-desk-id": "1"}) == (200, MINE)
    assert message(ask(jwt_stack, {**bearer(TRADER), "x-hasura-role": "boss"})) \
        == "Your requested role is not in allowed roles"
    assert message(ask(jwt_stack, bearer(TRADER, secret=SECRET[::-1]))) \
        == "Could not verify JWT: JWSError JWSInvalidSignature"
    assert message(ask(jwt_stack, bearer(TRADER, exp=1))) == "Could not verify JWT: JWTExpired"


def test_a_session_variable_is_no_sql(jwt_stack):
    claims = {**TRADER, "x-hasura-desk-id": "2); drop table fill; --"}
    assert ask(jwt_stack, bearer(claims))[1]["errors"][0]["extensions"]["code"] == "data-exception"
    assert jwt_stack.sql("select count(*) from fill") == "3000\n"


def test_each_admin_secret_opens(jwt_stack):
    for secret in [ADMIN_SECRET, "another secret"]:
        assert ask(jwt_stack, {"x-hasura-admin-secret": secret}) == (200, ALL)
    assert message(ask(jwt_stack, {"x-hasura-admin-secret": "a third"})) \
        == 'invalid "x-hasura-admin-secret"/"x-hasura-access-key"'


def test_without_a_token_the_unauthorized_role_sees_nothing(jwt_stack):
    assert message(ask(jwt_stack, {"x-hasura-role": "trader", "x-hasura-desk-id": "2"})) \
        == "field 'desk' not found in type: 'query_root'"


def test_what_is_the_admins_alone_stays_so(jwt_stack):
    call = {"type": "export_metadata", "args": {}}
    for path, place in [("/v1/metadata", "$"), ("/v2/query", "$"), ("/v1/query", "$.args")]:
        refused = (400, {"error": "restricted access : admin only", "path": place,
                         "code": "access-denied"})
        assert ask(jwt_stack, bearer(TRADER), path, call) == refused
    as_admin = {**bearer(TRADER), "x-hasura-role": "admin"}
    assert ask(jwt_stack, as_admin, "/v1/metadata", call)[0] == 200


@pytest.mark.parametrize("subprotocol", [TRANSPORT, LEGACY])
def test_a_socket_ends_with_its_token(jwt_stack, subprotocol):
    headers = bearer(TRADER, exp=int(time.time()) + 2)
    with Talk(jwt_stack, subprotocol, headers) as talk:
        talk.start("1", "subscription { desk { id } }")
        assert talk.data("1") == MINE["data"]
        assert talk.close_code() == (4403, "the token has expired")
    assert message(ask(jwt_stack, headers)) == "Could not verify JWT: JWTExpired"


def test_no_secret_is_in_the_log(jwt_stack):
    ask(jwt_stack, bearer(TRADER))
    log = jwt_stack.log()
    for secret in [SECRET, ADMIN_SECRET, "another secret", token(TRADER).split(".")[0]]:
        assert secret not in log


def test_401_is_kept_where_it_is_wanted():
    with Stack(BINARY, environment={"HASURA_GRAPHQL_PRESERVE_401_ERRORS": "true"}) as stack:
        assert ask(stack, {"x-hasura-admin-secret": "wrong"})[0] == 401
        assert ask(stack, {})[0] == 401
        assert ask(stack, {}, "/v1alpha1/graphql")[0] == 401


@pytest.mark.parametrize("environment, text", [
    ({"HASURA_GRAPHQL_JWT_SECRET": '{"type": "HS256", "key": "' + SECRET + '"}'},
     "--jwt-secret (HASURA_GRAPHQL_JWT_SECRET) requires --admin-secret "
     "(HASURA_GRAPHQL_ADMIN_SECRET) or --access-key (HASURA_GRAPHQL_ACCESS_KEY) to be set"),
    ({"HASURA_GRAPHQL_ADMIN_SECRET": "s",
      "HASURA_GRAPHQL_JWT_SECRET": '{"type": "HS256", "key": "short"}'},
     "HASURA_GRAPHQL_JWT_SECRET: Invalid JWK: Key size too small; should be atleast 32 characters"),
    ({"HASURA_GRAPHQL_ADMIN_SECRET": "s", "HASURA_GRAPHQL_JWT_SECRETS": "{}"},
     "HASURA_GRAPHQL_JWT_SECRETS: expected a JSON list of objects"),
    ({"HASURA_GRAPHQL_ADMIN_SECRETS": '"s"'},
     "HASURA_GRAPHQL_ADMIN_SECRETS has to be a JSON list of secrets"),
    ({"HASURA_GRAPHQL_ADMIN_SECRET": "s", "HASURA_GRAPHQL_AUTH_HOOK": "ftp://secret@host"},
     "HASURA_GRAPHQL_AUTH_HOOK: its value is not allowed; "
     "allowed: an absolute URL of http or https"),
])
def test_a_wrong_configuration_is_one_line(environment, text):
    done = run_apus("serve", env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"apus: {text}\n")


# -- JWK sets


def wait_for(answer, expected, seconds=15):
    end = time.monotonic() + seconds
    while (last := answer()) != expected:
        assert time.monotonic() < end, last
        time.sleep(0.05)


def test_keys_come_over_tls_and_only_from_whom_is_trusted(certificate):
    with Endpoint(certificate) as keys:
        keys.respond = lambda: (200, [("Cache-Control", "max-age=60")], key_set(SECRET))
        environment = {"HASURA_GRAPHQL_JWT_SECRET": json.dumps({"jwk_url": keys.url})}
        with served(environment) as stack:
            answer = message(ask(stack, bearer(TRADER)))
            assert answer.startswith("Could not verify JWT: JWSError NoUsableKeys: the JWK set could "
                                     "not be fetched: the server's TLS certificate is not trusted")
            assert stack.graphql(QUERY["query"]) == ALL["data"]
            assert '"type":"jwk-refresh-log"' in stack.log()
            assert stack.stop_server() == 0
        with served({**environment, "APUS_TLS_CA_FILE": str(certificate)}) as stack:
            assert ask(stack, bearer(TRADER, key_id="0")) == (200, MINE)


def test_keys_change_and_stay_while_the_endpoint_is_down():
    port = free_port()
    configuration = json.dumps({"jwk_url": f"http://127.0.0.1:{port}/keys"})
    new = SECRET[::-1]
    with served({"HASURA_GRAPHQL_JWT_SECRET": configuration}) as stack:
        assert "could not be fetched" in message(ask(stack, bearer(TRADER)))
        with Endpoint(port=port) as keys:
            keys.respond = lambda: (200, [("Cache-Control", "no-cache")], key_set(SECRET))
            wait_for(lambda: ask(stack, bearer(TRADER)), (200, MINE))
        # Down for long enough that somebody asks.
        time.sleep(2)
        assert ask(stack, bearer(TRADER)) == (200, MINE)
        with Endpoint(port=port) as keys:
            keys.respond = lambda: (200, [("Cache-Control", "max-age=600")], key_set(new))
            wait_for(lambda: ask(stack, bearer(TRADER, secret=new)), (200, MINE))
            assert message(ask(stack, bearer(TRADER))) \
                == "Could not verify JWT: JWSError JWSInvalidSignature"
        assert stack.stop_server() == 0


# -- Webhooks

SESSION = json.dumps({"X-Hasura-Role": "trader", "X-Hasura-Desk-Id": "2"}).encode()


@pytest.mark.parametrize("mode", ["GET", "POST"])
def test_a_webhook_says_who_asks(certificate, mode):
    with Endpoint(certificate) as hook:
        environment = {"HASURA_GRAPHQL_AUTH_HOOK": hook.url, "HASURA_GRAPHQL_AUTH_HOOK_MODE": mode,
                       "APUS_TLS_CA_FILE": str(certificate), "APUS_AUTH_HOOK_TIMEOUT": "1",
                       "HASURA_GRAPHQL_DEV_MODE": "false"}
        hook.respond = lambda: (200, [("Set-Cookie", "a=b")], SESSION)
        with served(environment) as stack:
            headers = {"authorization": "Bearer of the client", "x-hasura-role": "admin"}
            assert ask(stack, headers) == (200, MINE)
            method, seen, body = hook.requests[-1]
            assert method == mode
            if mode == "GET":
                assert seen["Authorization"] == "Bearer of the client"
            else:
                sent = json.loads(body)
                assert sent["request"] == QUERY
                assert sent["headers"]["Authorization"] == "Bearer of the client"

            for respond, expected in [
                (lambda: (401, [], b"no"), "Authentication hook unauthorized this request"),
                (lambda: (500, [], b"oh"), "Invalid response from authorization hook"),
                (lambda: (200, [], b"{}"), '"x-hasura-role" not found in session variables'),
                (lambda: (200, [], b"<html>"), "Invalid response from authorization hook: "
                                               "Error in $: not a valid json value"),
                (lambda: time.sleep(4) or (200, [], SESSION), "webhook authentication request failed"),
            ]:
                hook.respond = respond
                assert message(ask(stack, headers)) == expected
                # Nothing else stops.
                assert stack.graphql(QUERY["query"]) == ALL["data"]
            hook.respond = lambda: (200, [], SESSION)
            assert ask(stack, headers) == (200, MINE)
            status, config = stack_config(stack)
            assert (status, config["is_auth_hook_set"], config["is_jwt_set"]) == (200, True, False)
            assert stack.stop_server() == 0
            log = stack.log()
            assert '"type":"webhook-log"' in log
            assert "Bearer of the client" not in log


def stack_config(stack):
    request = urllib.request.Request(stack.endpoint + "/v1alpha1/config",
                                     headers={"x-hasura-admin-secret": ADMIN_SECRET})
    with urllib.request.urlopen(request) as answer:
        return answer.status, json.loads(answer.read())


def test_a_server_stops_although_a_webhook_hangs():
    with Endpoint() as hook:
        hook.respond = lambda: time.sleep(20) or (200, [], SESSION)
        environment = {"HASURA_GRAPHQL_AUTH_HOOK": hook.url, "APUS_AUTH_HOOK_TIMEOUT": "300",
                       "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT": "1"}
        with served(environment) as stack:
            threading.Thread(target=lambda: suppressed(ask, stack, {}), daemon=True).start()
            while not hook.requests:
                time.sleep(0.01)
            assert stack.stop_server() == 0


def suppressed(function, *arguments):
    with contextlib.suppress(OSError, ValueError):
        function(*arguments)
