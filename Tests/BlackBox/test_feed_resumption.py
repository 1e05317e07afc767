"""Feeds that go on in the middle: by checkpoints, as files come, and after the server's end."""

import os
import shutil
import struct
import time

import pytest
from feeding import (SHARED, START, WHERE, feeds, make, reference, server, start, steer,
                     wait_for)
from talk import Talk
from zstd import frame

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="skipped: ../shared/fixtures/dbn is absent")


def check_bins_from(server, name, expected, **options):
    """Starts a feed in the first of some bins, and finds that one and the next as they are expected."""
    start(server, name, from_ns=str(expected[0]["bin_start_ns"] + 1), **options)
    with Talk(server) as talk:
        talk.start("1", f"""subscription {{ order_book_grid(feed: "{name}", columns: [k, v_add, j_ask_depth,
            rest_qty, bid_orders, last_event_id, composite_d3, flow_score]) {{
            bin_seq bin_event_count columns {{ name values }} }} }}""")
        bins = [talk.data("1")["order_book_grid"] for _ in range(2)]
    steer(server, "stop_feed", name)
    for bin, wanted in zip(bins, expected):
        assert (bin["bin_seq"], bin["bin_event_count"]) == (wanted["bin_seq"], wanted["bin_event_count"])
        for column in bin["columns"]:
            assert column["values"] == {**wanted["cols"], **wanted["gold"]}[column["name"]], column["name"]


def spoil(path, cache, change):
    """Changes a file's bytes and lets the server think that they are those it has seen."""
    def mark():
        status = path.stat()
        numbers = (divmod(at, 10**9) for at in (status.st_mtime_ns, status.st_ctime_ns))
        return " ".join(str(number) for number in (
            status.st_dev, status.st_ino, status.st_size, *(part for pair in numbers for part in pair)))

    old = mark()
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    os.utime(path, (time.time() - 5, time.time() - 5))
    notes = [note for note in (cache / "files").iterdir() if note.read_text().startswith(old + "\n")]
    assert len(notes) == 1
    notes[0].write_text(mark() + notes[0].read_text()[len(old):])


def test_a_folder_goes_on_from_a_checkpoint_without_reading_its_night(server, feeds, tmp_path):
    whole = make(feeds / "night.dbn", "--events", "100000", "--seed", "9", "--clears", "1")
    expected = reference(feeds, "night.dbn", tmp_path)["bins"]
    first = struct.unpack_from("<I", whole, 4)[0] + 8
    records, cache, night = whole[first:], feeds.parent / "cache", feeds / "night"
    part = len(records) // 56 // 4 * 56

    def move_in(name, data):
        (night / ("." + name)).write_bytes(data)
        os.utime(night / ("." + name), (time.time() - 5, time.time() - 5))
        os.rename(night / ("." + name), night / name)

    night.mkdir()
    move_in("1.dbn", whole[:first + part])
    # The second file's records in three frames, so that the last one can be begun with.
    second = whole[:first] + records[part:3 * part]
    step = len(second) // 3
    move_in("2.dbn.zst", frame(second[:step]) + frame(second[step:2 * step]) + frame(second[2 * step:]))
    move_in("3.dbn", whole[:first] + records[3 * part:])

    def last_bin_before(record):
        until = struct.unpack_from("<Q", records, record * 56 + 8)[0]
        return max(index for index, bin in enumerate(expected) if bin["bin_end_ns"] < until)

    late, middle = len(expected) - 6, last_bin_before(3 * part // 56) - 2
    check_bins_from(server, "night", expected[late:], folder="night")
    # What the server has learned outlives it.
    server.stop_server()
    server.start_server(wait=30)

    def clear_records(data):
        data[first:first + 56 * 100] = bytes(56 * 100)

    def break_frame(data):
        data[len(data) // 2] ^= 255

    # Of the first file and of the first frames nothing is read but what a stream begins with.
    spoil(night / "1.dbn", cache, clear_records)
    spoil(night / "2.dbn.zst", cache, break_frame)
    check_bins_from(server, "night", expected[middle:], folder="night")
    check_bins_from(server, "night", expected[late:], folder="night")
    feed = start(server, "night", folder="night", from_ns=str(START + 1))
    assert (feed["status"], feed["reason"]) == (
        "failed", f"1.dbn: the record at offset {first} has the length 0; its header alone takes 16 bytes")
    # A time in the bin that is still under way is one of the feed's, one behind it is not.
    last = struct.unpack_from("<Q", records[-56:], 8)[0]
    feed = start(server, "night", folder="night", from_ns=str(last))
    assert (feed["status"], feed["checkpoint"]["records"]) == ("active", len(records) // 56), feed
    steer(server, "stop_feed", "night")
    feed = start(server, "night", folder="night", from_ns=str(last + 1))
    assert (feed["status"], feed["reason"]) == (
        "failed", f"{last + 1} ns is behind the last record of the feed, at {last} ns")


def test_a_seek_goes_on_from_a_checkpoint_of_the_same_contents(server, feeds, tmp_path):
    make(feeds / "long.dbn", "--events", "60000", "--seed", "8", "--clears", "1")
    expected = reference(feeds, "long.dbn", tmp_path)["bins"]
    cache = feeds.parent / "cache"
    start(server, "long", file="long.dbn", speed=0)
    wait_for(server, "long", "stopped")
    at = expected[-3]

    def seek(name, file):
        check_bins_from(server, name, expected[-3:], file=file)

    def states():
        return {path for path in cache.glob("*/*/*") if path.name.isdigit() and path.stat().st_size > 100_000}

    seek("sought", "long.dbn")
    assert states()
    # A copy has the same contents: the records before the checkpoint are not needed any more.
    data = bytearray((feeds / "long.dbn").read_bytes())
    (feeds / "copy.dbn").write_bytes(data)
    seek("copied", "copy.dbn")
    # One whose states are spoilt is read from its beginning.
    for path in states():
        path.write_bytes(path.read_bytes()[:-100] + bytes(100))
    seek("spoilt", "long.dbn")
    # Other contents have no states of these.
    data[-56 * 30_000 + 32] ^= 1
    (feeds / "copy.dbn").write_bytes(data)
    start(server, "changed", file="copy.dbn", from_ns=str(at["bin_start_ns"] + 1))
    assert server.graphql('{ order_book(feed: "changed") { bin_seq } }')["order_book"]["bin_seq"] == at["bin_seq"]
    steer(server, "stop_feed", "changed")


def test_a_folder_is_followed_as_files_come(server, feeds):
    assert start(server, "tail", folder="tail", speed=0)["status"] == "active"
    for file, records in (("day.dbn", 12018), ("next.dbn", None)):
        # Moved there whole, and old enough to be no half of a file.
        shutil.copy2(feeds / file, feeds / "tail" / ("." + file))
        os.utime(feeds / "tail" / ("." + file), (time.time() - 5, time.time() - 5))
        os.rename(feeds / "tail" / ("." + file), feeds / "tail" / file)
        end = time.monotonic() + 10
        while True:
            checkpoint = server.graphql(f'{{ feeds(feed: "tail") {WHERE} }}')["feeds"][0]["checkpoint"]
            if checkpoint["file"] == file and checkpoint["records"] >= (records or 15000):
                break
            assert time.monotonic() < end, checkpoint
            time.sleep(0.05)
    (feeds / "tail" / "zzz.dbn").write_bytes(b"DBN")
    os.utime(feeds / "tail" / "zzz.dbn", (1, 1))
    assert wait_for(server, "tail", "failed")["reason"].startswith("zzz.dbn: ")


def test_feeds_of_a_server_that_stops_or_dies_end(server, feeds):
    start(server, "orderly", file="day.dbn")
    server.stop_server()
    assert server.sql("select status from control.ingestion_live_session where feed = 'orderly'").strip() == "stopped"
    server.start_server(wait=30)
    start(server, "killed", file="day.dbn", speed=0.001)
    server.server.kill()
    server.server.wait()
    server.sql("update control.ingestion_live_session set heartbeat_at = now() - interval '1 minute' where feed = 'killed'")
    server.start_server(wait=30)
    feed = wait_for(server, "killed", "failed")
    assert feed["reason"].endswith("that it ran on has gone")
