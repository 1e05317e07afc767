"""HTTP/1.1 as such."""

import time

import pytest
from conftest import BINARY, make_desk
from stack import Stack
from wire import Wire, decoded, post

BY_PK = {"query": "{ desk_by_pk(id: 1) { name } }"}
ALPHA = {"data": {"desk_by_pk": {"name": "alpha"}}}
FILLS = {"query": "{ fill(order_by: {id: asc}) { id price at desk { name } } }"}


@pytest.fixture(scope="module")
def stack():
    """As everywhere, but with a limit that a test reaches with a megabyte."""
    with Stack(BINARY, environment={"APUS_MAX_REQUEST_BYTES": "1048576"}) as stack:
        make_desk(stack)
        yield stack


def test_connections_are_kept_alive(stack):
    with Wire(stack) as wire:
        for _ in range(3):
            wire.send(post(BY_PK))
            answer = wire.answer()
            assert (answer.status, answer.json) == (200, ALPHA)


def test_connections_end_when_asked_to(stack):
    with Wire(stack) as wire:
        wire.send(post(BY_PK, headers=["Connection: close"]))
        answer = wire.answer()
        assert answer.json == ALPHA
        assert answer.headers["connection"] == "close"
        assert wire.is_closed()


def test_pipelined_requests_are_answered_in_order(stack):
    names = {1: "alpha", 2: "beta", 3: "gamma"}
    order = [1, 3, 2, 2, 1, 3, 1, 2]
    with Wire(stack) as wire:
        wire.send(b"".join(post({"query": f"{{ desk_by_pk(id: {id}) {{ name }} }}"})
                           for id in order))
        answers = [wire.answer().json["data"]["desk_by_pk"]["name"] for _ in order]
    assert answers == [names[id] for id in order]


def test_a_request_may_come_byte_by_byte(stack):
    with Wire(stack) as wire:
        for byte in post(BY_PK):
            wire.send(bytes([byte]))
        assert wire.answer().json == ALPHA


def test_chunked_bodies_are_put_together(stack):
    body = b'{"query":"{ desk_by_pk(id: 1) { name } }"}'
    head = post(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    chunks = b"".join(b"%x;note=1\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7])
                      for i in range(0, len(body), 7))
    with Wire(stack) as wire:
        wire.send(head + chunks + b"0\r\n\r\n")
        assert wire.answer().json == ALPHA


def test_a_client_that_expects_it_is_told_to_continue(stack):
    request = post(BY_PK, headers=["Expect: 100-continue"])
    head, body = request.split(b"\r\n\r\n", 1)
    with Wire(stack) as wire:
        wire.send(head + b"\r\n\r\n")
        assert wire.answer().status == 100
        wire.send(body)
        assert wire.answer().json == ALPHA


def test_head_is_get_without_the_body(stack):
    with Wire(stack) as wire:
        wire.send(b"HEAD /v1/version HTTP/1.1\r\nHost: test\r\n\r\n")
        head = wire.answer(to="HEAD")
        wire.send(b"GET /v1/version HTTP/1.1\r\nHost: test\r\n\r\n")
        get = wire.answer()
    assert head.status == 200
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.body))


@pytest.mark.parametrize("accepted, coding", [
    ("gzip", "gzip"), ("deflate, gzip;q=0.5", "deflate"), ("br", None), ("gzip;q=0", None),
    ("identity", None)])
def test_large_answers_are_compressed_as_accepted(stack, accepted, coding):
    with Wire(stack) as wire:
        wire.send(post(FILLS))
        plain = wire.answer().body
        wire.send(post(FILLS, headers=[f"Accept-Encoding: {accepted}"]))
        answer = wire.answer()
    assert answer.headers.get("content-encoding") == coding
    assert decoded(answer) == plain
    assert len(plain) > 100_000


def test_small_answers_are_not_compressed(stack):
    with Wire(stack) as wire:
        wire.send(post(BY_PK, headers=["Accept-Encoding: gzip"]))
        answer = wire.answer()
    assert "content-encoding" not in answer.headers


def test_a_body_over_the_limit_is_refused_before_it_is_sent(stack):
    head = post(b"").replace(b"Content-Length: 0", b"Content-Length: 1048577")
    with Wire(stack) as wire:
        wire.send(head)
        answer = wire.answer()
    assert answer.status == 413
    assert answer.json == {"error": "the request's body is too large", "path": "$",
                           "code": "bad-request"}


def test_a_chunked_body_over_the_limit_is_refused(stack):
    head = post(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with Wire(stack) as wire:
        try:
            wire.send(head + b"200000\r\n" + b" " * 0x200000)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert wire.answer().status == 413


def test_administrators_may_send_more(stack):
    call = {"type": "export_metadata", "args": {}, "padding": "x" * 2_000_000}
    with Wire(stack) as wire:
        wire.send(post(call, path="/v1/metadata"))
        assert wire.answer().status == 200
    with Wire(stack) as wire:
        wire.send(post(call, path="/v1/metadata", secret=None).split(b"\r\n\r\n")[0] + b"\r\n\r\n")
        assert wire.answer().status == 413


@pytest.mark.parametrize("request_, status", [
    (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", 400),
    (b"POST /v1/graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{",
     400),
    (b"POST /v1/graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST /v1/graphql HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 17000 + b"\r\n\r\n", 431),
    (b"nonsense\r\n\r\n", 400),
])
def test_what_is_not_strictly_http_is_refused(stack, request_, status):
    with Wire(stack) as wire:
        wire.send(request_)
        assert wire.answer().status == status
        assert wire.is_closed()


def test_every_answer_carries_a_request_id(stack):
    with Wire(stack) as wire:
        wire.send(post(BY_PK, headers=["X-Request-Id: trace-7"]))
        assert wire.answer().headers["x-request-id"] == "trace-7"
        wire.send(post(BY_PK))
        first = wire.answer().headers["x-request-id"]
        wire.send(b"GET /nowhere HTTP/1.1\r\nHost: test\r\n\r\n")
        second = wire.answer()
    assert second.status == 404
    assert len(first) == len(second.headers["x-request-id"]) == 36
    assert first != second.headers["x-request-id"]


def test_a_client_that_leaves_has_its_statement_cancelled(stack):
    sleep = {"type": "run_sql", "args": {"sql": "select pg_sleep(20)", "read_only": True}}
    count = ("select count(*) from pg_stat_activity "
             "where state = 'active' and query like 'select pg_sleep(20)%'")
    with Wire(stack) as wire:
        wire.send(post(sleep, path="/v2/query"))
        wait_until(lambda: stack.sql(count).strip() == "1")
    wait_until(lambda: stack.sql(count).strip() == "0")


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
