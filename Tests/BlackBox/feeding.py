"""A server with a folder of feeds, good and bad, and what is asked of them."""

import json
import os
import pathlib
import struct
import subprocess
import sys
import time

import pytest
from conftest import BINARY, ROOT
from stack import Stack
from zstd import frame

SHARED = pathlib.Path(os.environ.get("APUS_SHARED", ROOT.parent / "shared")) / "fixtures/dbn"
START = 1_770_388_200_000_000_000
WHERE = "{ feed status reason checkpoint }"


def make(path, *options):
    subprocess.run([sys.executable, str(SHARED / "make_mbo.py"), str(path), *options],
                   check=True, stderr=subprocess.DEVNULL)
    return path.read_bytes()


@pytest.fixture(scope="module")
def feeds(tmp_path_factory):
    """A folder of good and bad files."""
    folder = tmp_path_factory.mktemp("feeds")
    good = make(folder / "day.dbn", "--events", "12000", "--seed", "3")
    make(folder / "next.dbn", "--events", "3000", "--seed", "4", "--start-ns", str(START + 10**10))
    (folder / "tail").mkdir()
    (folder / "text.dbn").write_bytes(b"no such thing")
    (folder / "old.dbn").write_bytes(bytes.fromhex("512a4d1800000000"))
    (folder / "future.dbn").write_bytes(good[:3] + bytes([9]) + good[4:])
    (folder / "cut.dbn").write_bytes(good[:-20])
    # Two orders whose prices cross, in one event each.
    records = struct.unpack_from("<I", good, 4)[0] + 8

    def order(number, price, side):
        return struct.pack("<BBHIQQqIBBccQiI", 14, 0xA0, 1, 1, START, number, price * 10**9, 1, 128, 0,
                           b"A", side, START, 0, 0)

    (folder / "crossed.dbn").write_bytes(good[:records] + order(1, 101, b"B") + order(2, 100, b"A"))
    packed = frame(good)
    (folder / "bad.dbn.zst").write_bytes(packed[:-1] + bytes([packed[-1] ^ 1]))
    (folder / "cut.dbn.zst").write_bytes(frame(good[:200_000]) + frame(good[200_000:])[:-9])
    return folder


@pytest.fixture(scope="module")
def server(feeds):
    arguments = ["--migrate", "--workers", "0", "--feeds-dir", str(feeds),
                 "--feed-cache-dir", str(feeds.parent / "cache"), "--feed-checkpoint-mb", "1",
                 "--migrations-dir", str(ROOT / "Migrations"), "--metadata-dir", str(ROOT / "metadata"),
                 "--instruments-dir", str(ROOT / "config/instruments")]
    with Stack(BINARY, arguments=arguments, serve=False) as stack:
        stack.start_server(wait=60)
        yield stack


def start(server, name, **options):
    given = {"instrument": "MNQ", **options}
    arguments = ", ".join(f"{key}: {json.dumps(value)}" for key, value in given.items())
    return server.graphql(f'mutation {{ start_feed(feed: "{name}", {arguments}) {WHERE} }}')["start_feed"]


def steer(server, field, name, more=""):
    return server.graphql(f'mutation {{ {field}(feed: "{name}"{more}) {WHERE} }}')[field]


def wait_for(server, name, status, seconds=10):
    end = time.monotonic() + seconds
    while True:
        feed = server.graphql(f'{{ feeds(feed: "{name}") {WHERE} }}')["feeds"][0]
        if feed["status"] == status or time.monotonic() > end:
            assert feed["status"] == status, feed
            return feed
        time.sleep(0.05)


def reference(folder, file, tmp_path, *options):
    out = tmp_path / "reference.json"
    subprocess.run([BINARY, "book", str(folder / file), "--config", str(ROOT / "config/instruments/MNQ.yaml"),
                    "--gold", *options, "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())
