"""Feeds of market data: replayed, steered, followed by subscribers, and failing with a reason."""

import json
import shutil
import struct
import time

import pyarrow
import pytest
import requests
from feeding import SHARED, START, feeds, reference, server, start, steer, wait_for
from stack import ADMIN_SECRET
from talk import SECRET, Talk
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="skipped: ../shared/fixtures/dbn is absent")


def test_bad_feeds_fail_with_their_reasons_and_the_server_goes_on(server, feeds):
    good = (feeds / "day.dbn").stat().st_size
    packed, cut = ((feeds / name).stat().st_size for name in ("bad.dbn.zst", "cut.dbn.zst"))
    cases = {
        "text.dbn": "text.dbn: this is no DBN: a stream begins with the letters DBN and its version",
        "old.dbn": "old.dbn: this is DBZ, the format before DBN; convert it with Databento's dbn program",
        "future.dbn": "future.dbn: DBN version 9 is not supported; versions 1 to 3 are",
        "cut.dbn": f"cut.dbn: the record at offset {good - 56} ends after 36 of 56 bytes",
        "crossed.dbn": "crossed.dbn: the book is crossed at record 2 of the instrument, at "
                       f"{START} ns: the best bid 101 is not below the best ask 100",
        "none.dbn": "none.dbn: No such file or directory",
        "bad.dbn.zst": f"bad.dbn.zst: zstd failed at byte {packed - 4} of the file: "
                       "Restored data doesn't match checksum",
        "cut.dbn.zst": f"cut.dbn.zst: the file ends within a zstd frame, after {cut} bytes",
    }
    shutil.copy(SHARED / "samples/test_data.trades.dbn", feeds / "trades.dbn")
    cases["trades.dbn"] = "there are no orders in what was read: a feed is made of the schema mbo"
    for file, reason in cases.items():
        start(server, "bad", file=file, speed=0)
        assert wait_for(server, "bad", "failed")["reason"] == reason
        # The server goes on, and so does what else is asked of it.
        assert server.is_healthy()
        assert server.graphql("{ __typename }") == {"__typename": "query_root"}
    assert start(server, "bad", file="day.dbn", instrument="NOPE")["reason"] == (
        "there is no configuration of the instrument NOPE: the folder of instruments has no NOPE.yaml")
    start(server, "bad", folder="nowhere", speed=0)
    assert wait_for(server, "bad", "failed")["reason"] == (
        "cannot read the folder nowhere: No such file or directory")
    # Every whole record before the end was taken.
    assert start(server, "bad", file="cut.dbn", speed=0) is not None
    assert wait_for(server, "bad", "failed")["checkpoint"]["records"] == 12017
    for arguments in ({"file": "../day.dbn"}, {"file": "a/../b.dbn"}, {"folder": "/etc"}, {"speed": -1},
                      {"file": "day.dbn", "folder": "tail"}, {"file": "day.dbn", "from": "yesterday"}):
        with pytest.raises(RuntimeError, match="validation-failed"):
            start(server, "bad", **arguments)
    with pytest.raises(RuntimeError, match="there is no feed 'nobody' on this server"):
        steer(server, "stop_feed", "nobody")


def test_a_feed_is_paused_sought_and_stopped(server, feeds, tmp_path):
    expected = reference(feeds, "day.dbn", tmp_path)["bins"]
    assert start(server, "day", file="day.dbn")["status"] == "active"
    with pytest.raises(RuntimeError, match="a feed of the name 'day' runs"):
        start(server, "day", file="day.dbn")
    assert steer(server, "pause_feed", "day")["status"] == "paused"
    target = START + 2_050_000_000
    assert steer(server, "seek_feed", "day", f', to_ns: "{target}"')["status"] == "paused"
    query = """{ order_book(feed: "day", depth: 3) {
        ts_ns bin_seq bids { price price_int size orders } asks { price_int } } }"""
    book = server.graphql(query)["order_book"]
    at = next(bin for bin in expected if bin["bin_end_ns"] > target)
    assert (book["bin_seq"], int(book["ts_ns"])) == (at["bin_seq"], at["bin_end_ns"])
    assert int(book["bids"][0]["price_int"]) == at["best_bid"]
    assert book["bids"][0]["price"] == at["best_bid"] / 10**9
    assert int(book["asks"][0]["price_int"]) == at["best_ask"]
    assert [len(book["bids"]), len(book["asks"])] == [3, 3]
    # Going back shows what was there.
    steer(server, "seek_feed", "day", ', to: "2026-02-06T14:30:00.35Z"')
    assert server.graphql(query)["order_book"]["bin_seq"] == 3
    assert steer(server, "resume_feed", "day", ", speed: 0")["status"] in ("active", "stopped")
    assert wait_for(server, "day", "stopped")["checkpoint"]["records"] == 12018
    assert server.graphql(query)["order_book"]["bin_seq"] == len(expected) - 1
    last = struct.unpack_from("<Q", (feeds / "day.dbn").read_bytes()[-56:], 8)[0]
    for to, words in ((START - 10**9, f"before the first record of the feed, at {START} ns"),
                      (START + 10**12, f"behind the last record of the feed, at {last} ns")):
        start(server, "day", file="day.dbn")
        feed = steer(server, "seek_feed", "day", f', to_ns: "{to}"')
        assert (feed["status"], feed["reason"]) == ("failed", f"{to} ns is {words}")
        assert server.graphql("{ __typename }") == {"__typename": "query_root"}
    assert start(server, "day", file="day.dbn", from_ns=str(target))["status"] == "active"
    assert server.graphql(query)["order_book"]["bin_seq"] == at["bin_seq"]
    assert steer(server, "stop_feed", "day")["status"] == "stopped"


def test_subscribers_get_the_bins_of_the_reference(server, feeds, tmp_path):
    expected = {bin["bin_seq"]: bin for bin in reference(feeds, "day.dbn", tmp_path)["bins"]}
    start(server, "live", file="day.dbn", speed=5)
    subscription = """subscription ($every: Int, $columns: [GridColumn!]) {
      grid: order_book_grid(feed: "live", radius: 4, columns: $columns, every: $every) {
        __typename bin_seq bin_end_ns mid_price microstate_id trade_count skipped radius
        columns { name values } } }"""
    columns = ["k", "add_qty", "v_add", "composite_d1"]
    with Talk(server) as talk:
        talk.start("1", subscription, variables={"columns": columns})
        talk.start("2", subscription, variables={"every": 5, "columns": []})
        talk.start("3", 'subscription { order_book(feed: "live", depth: 2) { bin_seq bids { price_int } } }')
        seen, ended = {"1": [], "2": [], "3": []}, set()
        while len(ended) < 3:
            message = talk.receive()
            if message["type"] == "complete":
                ended.add(message["id"])
            else:
                seen[message["id"]].append(list(message["payload"]["data"].values())[0])
    # From the bin that was there when it came to the last; what a busy machine skipped is told.
    numbers = [bin["bin_seq"] for bin in seen["1"]]
    assert [bin.pop("skipped") for bin in seen["1"]] == [0] + [
        after - before - 1 for before, after in zip(numbers, numbers[1:])]
    assert numbers[-1] == len(expected) - 1 and len(numbers) > 5
    for bin in seen["1"]:
        wanted = expected[bin["bin_seq"]]
        middle = slice(46, 55)
        assert bin == {
            "__typename": "GridUpdate", "bin_seq": wanted["bin_seq"],
            "bin_end_ns": str(wanted["bin_end_ns"]), "mid_price": wanted["mid_price"],
            "microstate_id": wanted["microstate_id"], "trade_count": wanted["trade_count"],
            "radius": 4, "columns": [
                {"name": name, "values": {**wanted["cols"], **wanted["gold"]}[name][middle]}
                for name in columns]}
    later = [bin["bin_seq"] for bin in seen["2"]][1:]
    assert later and all(number % 5 == 0 for number in later)
    assert sum(1 + bin["skipped"] for bin in seen["2"][1:]) == len(
        [number for number in range(0, later[-1] + 1, 5) if number > seen["2"][0]["bin_seq"]])
    assert all(bin["columns"] == [] for bin in seen["2"])
    for book in seen["3"]:
        assert int(book["bids"][0]["price_int"]) == expected[book["bin_seq"]]["best_bid"]
    # Who comes when it is over gets the last bin and the end.
    answer = requests.post(f"{server.endpoint}/v1/graphql", stream=True, timeout=10, json={
        "query": 'subscription { order_book_grid(feed: "live", columns: [k]) { bin_seq } }'},
        headers={"x-hasura-admin-secret": ADMIN_SECRET, "accept": "text/event-stream"})
    assert f'"bin_seq":{len(expected) - 1}' in answer.text and "event: complete" in answer.text


def test_a_slow_reader_skips_bins_and_is_told_how_many(server):
    start(server, "slow", file="day.dbn", speed=1)
    with Talk(server) as talk:
        talk.start("1", 'subscription { order_book_grid(feed: "slow") { bin_seq skipped } }')
        first = talk.data("1")["order_book_grid"]["bin_seq"]
        # As fast as the file is read, nobody gets every bin; what is got and what is skipped is all.
        steer(server, "resume_feed", "slow", ", speed: 0")
        total = 0
        while (message := talk.receive())["type"] == "next":
            grid = message["payload"]["data"]["order_book_grid"]
            total += 1 + grid["skipped"]
            last = grid["bin_seq"]
    assert last == first + total


def test_roles_need_a_permission_and_see_the_rows_they_may(server):
    def ask(query, role):
        return requests.post(f"{server.endpoint}/v1/graphql", timeout=10, json={"query": query}, headers={
            "x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": role,
            "x-hasura-user-id": "nobody"}).json()

    start(server, "seen", file="day.dbn")
    assert ask('{ feeds(feed: "seen") { status } }', "viewer") == {"data": {"feeds": [{"status": "active"}]}}
    # Feeds of workspaces that the trader is no member of.
    assert ask('{ feeds(feed: "seen") { status } }', "trader") == {"data": {"feeds": []}}
    assert "data" in ask('{ order_book(feed: "seen") { bin_seq } }', "trader")
    for query in ('mutation { stop_feed(feed: "seen") { status } }',
                  'mutation { start_feed(feed: "b", instrument: "MNQ", file: "day.dbn") { status } }'):
        message = ask(query, "viewer")["errors"][0]["message"]
        assert message == "no mutations exist" or "not found in type" in message, message
    assert "not found in type" in ask('{ order_book(feed: "seen") { bin_seq } }', "nobody")["errors"][0]["message"]
    with Talk(server, headers={"x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": "nobody"}) as talk:
        talk.start("1", 'subscription { order_book_grid(feed: "seen") { bin_seq } }')
        assert talk.receive()["type"] == "error"
    steer(server, "stop_feed", "seen")


def test_a_stream_has_the_columns_of_each_bin_as_arrow(server, feeds, tmp_path):
    expected = {bin["bin_seq"]: bin for bin in reference(feeds, "day.dbn", tmp_path)["bins"]}
    start(server, "wire", file="day.dbn", speed=10)
    url = f"ws://127.0.0.1:{server.port}/v1/stream"
    seen = []
    with connect(f"{url}?feed=wire&gold=true", additional_headers=SECRET, max_size=None) as socket:
        config = json.loads(socket.recv(timeout=10))
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                update = json.loads(socket.recv(timeout=10))
                with pyarrow.ipc.open_stream(socket.recv(timeout=10)) as reader:
                    table = reader.read_all()
                # A machine that is busy with other things may make even this reader late.
                assert update.pop("skipped") == (update["bin_seq"] - seen[-1] - 1 if seen else 0)
                seen.append(update["bin_seq"])
                check_wire(update, table, expected[update["bin_seq"]])
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1000, "the feed has ended")
    assert seen[-1] == len(expected) - 1 and len(seen) > 5
    assert (config["type"], config["instrument"], config["tick_size"], config["cell_width_ms"],
            config["grid_radius_ticks"]) == ("runtime_config", "MNQ", 0.25, 100, 50)
    assert [column["name"] for column in config["columns"]] == table.column_names
    assert [str(field.type).replace("double", "float64") for field in table.schema] == [
        column["type"] for column in config["columns"]]
    # In the order of the wire: the row, 24 columns of floats, integers.
    assert table.column_names[:2] == ["k", "add_mass"] and table.column_names[24:27] == [
        "j_ask_depth", "last_event_id", "best_ask_move_ticks"]

    def status(query, headers=SECRET):
        with pytest.raises(InvalidStatus) as refused:
            connect(url + query, additional_headers=headers)
        return refused.value.response.status_code

    assert status("?feed=nobody") == 404
    assert status("") == status("?feed=wire&every=0") == 400
    assert status("?feed=wire", {"x-hasura-admin-secret": "wrong"}) == 401
    assert status("?feed=wire", {**SECRET, "x-hasura-role": "nobody"}) == 403
    assert requests.get(f"{server.endpoint}/v1/stream?feed=wire", headers=SECRET, timeout=10).status_code == 404


def test_a_stream_ends_with_the_permission_to_have_it(server):
    start(server, "lent", file="day.dbn")
    reader = {**SECRET, "x-hasura-role": "viewer", "x-hasura-user-id": "nobody"}
    permission = {"action": "order_book_grid", "role": "viewer"}
    with connect(f"ws://127.0.0.1:{server.port}/v1/stream?feed=lent", additional_headers=reader,
                 max_size=None) as socket:
        assert json.loads(socket.recv(timeout=10))["type"] == "runtime_config"
        # A change that takes nothing away ends nothing.
        server.metadata({"type": "create_query_collection", "args": {
            "name": "lent", "definition": {"queries": []}}})
        time.sleep(1.2)
        socket.recv(timeout=10)
        server.metadata({"type": "drop_action_permission", "args": permission})
        try:
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    socket.recv(timeout=10)
        finally:
            server.metadata({"type": "create_action_permission", "args": permission})
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (
        4403, "the role has no field 'order_book_grid' any more")
    steer(server, "stop_feed", "lent")


def check_wire(update, table, bin):
    assert update == {
        "type": "grid_update", "ts_ns": str(bin["bin_end_ns"]), "bin_seq": bin["bin_seq"],
        "bin_start_ns": str(bin["bin_start_ns"]), "bin_end_ns": str(bin["bin_end_ns"]),
        "bin_event_count": bin["bin_event_count"], "event_id": update["event_id"],
        "mid_price": bin["mid_price"], "spot_ref_price_int": str(bin["spot_price"]),
        "best_bid_price_int": str(bin["best_bid"]), "best_ask_price_int": str(bin["best_ask"]),
        "book_valid": bin["book_valid"], "ended_at_ns": update["ended_at_ns"]}
    columns = {**bin["cols"], **bin["gold"]}
    for name in table.column_names:
        values = table[name].to_pylist()
        if name in columns:
            assert values == columns[name], name
        else:
            assert values == [int(bin[name])] * table.num_rows, name


def test_a_feed_records_its_bins_and_bars(server, feeds, tmp_path):
    expected = reference(feeds, "day.dbn", tmp_path)["bins"]
    with pytest.raises(RuntimeError, match="'MNQ' is none"):
        start(server, "kept", file="day.dbn", bars="1s")
    server.sql("insert into market_data.symbols (symbol, asset_class) values ('MNQ', 'future')")
    start(server, "kept", file="day.dbn", speed=0, record=True, bars="1s")
    wait_for(server, "kept", "stopped")
    columns = "bin_seq bin_start_ns bin_event_count mid_price best_bid spot_price book_valid trade_count radius"
    rows = server.graphql(f"""{{ market_data_grid_bins(order_by: {{bin_seq: asc}}, limit: 1000) {{
        {columns} add_qty bid_orders v_add j_ask_depth }} }}""")["market_data_grid_bins"]
    assert rows == [{
        "bin_seq": bin["bin_seq"], "bin_start_ns": bin["bin_start_ns"], "bin_event_count": bin["bin_event_count"],
        "mid_price": bin["mid_price"], "best_bid": bin["best_bid"] / 10**9, "spot_price": bin["spot_price"] / 10**9,
        "book_valid": bin["book_valid"], "trade_count": bin["trade_count"], "radius": 50,
        **{name: bin["cols"][name] for name in ("add_qty", "bid_orders", "v_add", "j_ask_depth")},
    } for bin in expected]
    assert server.sql("select count(*) from market_data.grid_bins_20260206").strip() == str(len(expected))
    bars = json.loads(server.sql("""select json_agg(json_build_array(extract(epoch from ts)::bigint, open, high, low,
        close, volume, trade_count, vwap between low and high, source) order by ts)
        from market_data.ohlcv where symbol = 'MNQ' and timeframe = '1s'"""))
    trades = {}
    data = (feeds / "day.dbn").read_bytes()
    for at in range(struct.unpack_from("<I", data, 4)[0] + 8, len(data), 56):
        time_ns, price, size, action = (struct.unpack_from(form, data, at + place)[0] for form, place in (
            ("<Q", 8), ("<q", 24), ("<I", 32), ("c", 38)))
        if action == b"T":
            trades.setdefault(time_ns // 10**9, []).append((price / 10**9, size))
    assert bars == [[second, prices[0], max(prices), min(prices), prices[-1], sum(size for _, size in made),
                     len(made), True, "feed:kept"]
                    for second, made in sorted(trades.items()) for prices in [[price for price, _ in made]]]
    # Gone back to, a bin is there once; at a pace it is written as well.
    start(server, "again", file="day.dbn", record=True)
    steer(server, "seek_feed", "again", f', to_ns: "{START + 10**9}"')
    steer(server, "seek_feed", "again", f', to_ns: "{START + 10**9}"')
    steer(server, "stop_feed", "again")
    assert server.sql("""select count(*) > 0 and count(*) = count(distinct bin_seq) from market_data.grid_bins
        join control.ingestion_live_session using (session_id) where feed = 'again'""").strip() == "t"
