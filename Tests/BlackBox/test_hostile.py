"""Documents and bodies made to hurt: each is an error, soon, and the server stays as it was.

Times are not asserted; a server that hangs or dies does not answer the checks.
"""

import json

import pytest
from wire import Wire, post


def nested(levels):
    """Relationships back and forth: valid, but for its depth."""
    return "{ desk " + "{ fills { desk " * (levels // 2) + "{ id }" + " } }" * (levels // 2) + " }"


def cycle(length):
    fragments = [f"fragment F{i} on desk {{ ...F{(i + 1) % length} }}" for i in range(length)]
    return "{ desk { ...F0 } } " + " ".join(fragments)


def doubling(levels):
    """Fragments of which each spreads the next twice: 2^levels fields, written out."""
    fragments = [f"fragment F{i} on desk {{ a: fills {{ desk {{ ...F{i + 1} }} }} "
                 f"b: fills {{ desk {{ ...F{i + 1} }} }} }}" for i in range(levels)]
    return "{ desk { ...F0 } } " + " ".join(fragments) + f" fragment F{levels} on desk {{ id }}"


HOSTILE = {
    "500 levels": nested(500),
    "100,000 braces": "{" * 100_000,
    "a list of 100,000 levels": "{ desk(where: " + "[" * 100_000,
    "a cycle of one fragment": cycle(1),
    "a cycle of a hundred fragments": cycle(100),
    "2^30 fields by fragments": doubling(30),
    "10,000 aliases": "{" + " ".join(f"a{i}: desk {{ id }}" for i in range(10_000)) + "}",
    "10,000 directives": "{ desk { id " + "@skip(if: true) " * 10_000 + "} }",
    "10,000 variables": "query (" + " ".join(f"$v{i}: Int" for i in range(10_000)) + ") { a }",
    "10,000 operations": " ".join(f"query Q{i} {{ desk {{ id }} }}" for i in range(10_000)),
    "where of 1,000 levels": "{ desk(where: " + "{_not: " * 1_000 + "{}" + "}" * 1_000 + ") {id} }",
    "a block string without an end": '{ desk(where: {name: {_eq: """' + "x" * 100_000,
    "an enormous number": "{ desk(limit: " + "9" * 100_000 + ") { id } }",
}


def is_well(wire):
    wire.send(post({"query": "{ desk_by_pk(id: 1) { name } }"}))
    return wire.answer().json == {"data": {"desk_by_pk": {"name": "alpha"}}}


@pytest.mark.parametrize("name", HOSTILE)
def test_documents(stack, name):
    with Wire(stack) as wire:
        wire.send(post({"query": HOSTILE[name]}))
        answer = wire.answer()
        assert answer.status == 200
        assert list(answer.json) == ["errors"]
        assert is_well(wire)


@pytest.mark.parametrize("name, body", {
    "arrays of 100,000 levels": b"[" * 100_000,
    "objects of 100,000 levels": b'{"a":' * 100_000,
    "variables of 1,000 levels": b'{"query":"{ a }","variables":{"a":' + b"[" * 1000 + b"]" * 1000
                                 + b"}}",
    "bytes that are no UTF-8": b'{"query":"\xff\xfe"}',
    "a character that PostgreSQL cannot store": b'{"query":"\\u0000"}',
    "half a character": b'{"query":"\\ud800"}',
    "nothing but white space": b" " * 100_000,
}.items())
def test_bodies(stack, name, body):
    with Wire(stack) as wire:
        wire.send(post(body))
        answer = wire.answer()
        assert answer.status == 200
        assert answer.json["errors"][0]["extensions"]["code"] == "invalid-json"
        assert is_well(wire)


@pytest.mark.parametrize("name", [
    "'; drop table desk; --", '"', "\\", "$1", "%_", "a" * 100_000, "\u202e", "\U0001f600", "\n\t"])
def test_values_stay_values(stack, name):
    query = "query ($n: String!) { desk(where: {name: {_eq: $n}}) { id } }"
    literal = "{ desk(where: {name: {_eq: " + json.dumps(name, ensure_ascii=False) + "}}) { id } }"
    with Wire(stack) as wire:
        wire.send(post({"query": query, "variables": {"n": name}}))
        assert wire.answer().json == {"data": {"desk": []}}
        wire.send(post({"query": literal}))
        assert wire.answer().json == {"data": {"desk": []}}
        assert is_well(wire)


def test_many_hostile_requests_leave_the_memory_bounded(stack):
    with Wire(stack) as wire:
        for query in HOSTILE.values():
            wire.send(post({"query": query}))
            wire.answer()
        before = stack.resident_mib()
        for _ in range(20):
            for query in HOSTILE.values():
                wire.send(post({"query": query}))
                wire.answer()
    assert stack.resident_mib() < before + 32
