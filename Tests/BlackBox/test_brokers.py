"""Ingestion of accounts, positions and orders of brokers."""

import threading
import time

import pytest
from ingesting import SECRETS, WINDOW, desk, folder, provider, refused
from providers import fixture
from talk import Talk


BROKER = """mutation ($provider: String!, $account: String, $mode: String) {
  ingest_broker(provider: $provider, account: $account, mode: $mode, wait: true) {
    id status error_code error_message result attempts
    runs { status error_message http_requests
      accounts { provider environment account_number equity
        positions(order_by: {symbol: asc}) { symbol side qty }
        orders(order_by: {external_id: asc}) { external_id symbol status } }
      account_snapshots { equity } } } }"""


def broker(desk, **variables):
    return desk.graphql(BROKER, variables)["ingest_broker"]


def alpaca_order(number, submitted):
    return {"id": f"order-{number:04}", "status": "filled", "symbol": "AAPL", "side": "buy",
            "type": "market", "qty": "1", "filled_qty": "1", "submitted_at": submitted}


def test_alpaca_account_positions_and_all_pages_of_orders(desk, provider):
    orders = [alpaca_order(n, f"2024-01-02T10:{n // 60:02}:{n % 60:02}Z") for n in range(700)]

    def page(query):
        after = query.get("after", "")
        # Like the real one it gives the last order again.
        return [order for order in orders if order["submitted_at"] >= after][:int(query["limit"])]

    provider.reset({
        "/v2/account": {"id": "acc-1", "account_number": "PA1", "status": "ACTIVE", "cash": "100.50",
                        "equity": "1100.50", "buying_power": "201"},
        "/v2/positions": [[{"symbol": "AAPL", "qty": "10", "side": "long", "asset_class": "us_equity"},
                           {"symbol": "TSLA", "qty": "5", "side": "short", "asset_class": "us_equity"}]],
        "/v2/orders": page})
    job = broker(desk, provider="alpaca")
    assert job["status"] == "completed", job
    (run,) = job["runs"]
    (account,) = run["accounts"]
    assert (account["environment"], float(account["equity"])) == ("paper", 1100.5)
    assert [(p["symbol"], p["side"], float(p["qty"])) for p in account["positions"]] == [
        ("AAPL", "long", 10), ("TSLA", "short", -5)]
    assert len(account["orders"]) == 700
    assert [float(point["equity"]) for point in run["account_snapshots"]] == [1100.5]


def tradier_balances():
    return {"balances": {"account_number": SECRETS["TRADIER_ACCOUNT_ID"], "account_type": "margin",
                         "total_equity": 5000.00000000, "total_cash": 4000, "long_market_value": 1000,
                         "short_market_value": 0, "margin": {"stock_buying_power": 8000}}}


@pytest.mark.parametrize("positions,count", [
    ({"positions": "null"}, 0), ({"positions": None}, 0), ({}, 0),
    ({"positions": {"position": {"symbol": "AAPL", "quantity": 3.00000000, "id": 1}}}, 1),
    ({"positions": {"position": [{"symbol": "AAPL", "quantity": 3, "id": 1},
                                 {"symbol": "TSLA", "quantity": -2, "id": 2}]}}, 2),
])
def test_tradier_says_none_one_and_many_in_other_ways(desk, provider, positions, count):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    order = {"id": 7, "type": "market", "symbol": "AAPL", "side": "buy", "quantity": 1.0, "status": "filled"}
    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": positions,
                    f"{base}/orders": {"orders": {"order": order}},
                    "/v1/user/profile": (401, "not for the sandbox", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert job["result"]["positions"] == count
    assert job["result"]["orders"] == 1
    assert provider.requests[0][2]["authorization"] == f"Bearer {SECRETS['TRADIER_ACCESS_TOKEN']}"


@pytest.mark.parametrize("pages", [
    # A full page, then a short one; a full page, then the end as a text, as null or not at all.
    [100, 20], [100, "null"], [100, None], [100, ...], [100, 100, "null"],
])
def test_tradier_ends_its_pages_in_many_ways(desk, provider, pages):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"

    def page(query):
        number = int(query["page"]) - 1
        count = pages[number]
        assert (query["limit"], query["includeTags"]) == ("100", "true")
        if count is ...:
            return {}
        if not isinstance(count, int):
            return {"orders": count}
        return {"orders": {"order": [
            {"id": 1000 * number + n, "type": "market", "symbol": "AAPL", "side": "buy",
             "quantity": 1.00000000, "status": "filled"} for n in range(count)]}}

    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": {"positions": "null"},
                    f"{base}/orders": page, "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert job["result"]["orders"] == sum(count for count in pages if isinstance(count, int))
    asked = [request[1]["page"] for request in provider.requests if request[0].endswith("/orders")]
    assert asked == [str(n + 1) for n in range(len(pages))]


@pytest.mark.parametrize("kind,members,power", [
    ("margin", {"stock_buying_power": 8000.5}, 8000.5), ("cash", {"cash_available": 700.25}, 700.25),
    ("pdt", {"stock_buying_power": 16000, "day_trade_buying_power": 32000}, 16000),
])
def test_tradier_has_balances_of_one_of_three_kinds(desk, provider, kind, members, power):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    balances = tradier_balances()
    del balances["balances"]["margin"]
    balances["balances"].update({"account_type": kind, kind: members})
    provider.reset({f"{base}/balances": balances, f"{base}/positions": {"positions": "null"},
                    f"{base}/orders": {"orders": "null"}, "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == "completed", job
    assert float(desk.sql("""select buying_power from brokerage.accounts
        where provider = 'tradier' and external_id = 'VA12345678'""")) == power


def test_tradier_is_waited_for_until_its_limit_is_reset(desk, provider):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    expiry = {"X-Ratelimit-Allowed": "60", "X-Ratelimit-Used": "60", "X-Ratelimit-Available": "0"}
    provider.reset({
        f"{base}/balances": [
            lambda _: (429, "Quota Violation",
                       {**expiry, "X-Ratelimit-Expiry": str(int(time.time() * 1000) + 1500)}),
            tradier_balances()],
        f"{base}/positions": {"positions": "null"}, f"{base}/orders": {"orders": "null"},
        "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert (job["status"], job["attempts"]) == ("completed", 1), job


def test_a_position_that_is_closed_goes_and_legs_know_their_order(desk, provider):
    leg = {**alpaca_order(2, "2024-03-01T10:00:00Z"), "status": "held"}
    order = {**alpaca_order(1, "2024-03-01T10:00:00Z"), "order_class": "bracket", "legs": [leg]}
    answers = {
        "/v2/account": {"id": "acc-2", "account_number": "PA2", "status": "ACTIVE", "cash": "1",
                        "equity": "2", "buying_power": "3"},
        "/v2/positions": [[{"symbol": "AAPL", "qty": "-10", "side": "short"},
                           {"symbol": "TSLA", "qty": "5", "side": "long"}]],
        "/v2/orders": [[order], []]}
    provider.reset(answers)
    (account,) = broker(desk, provider="alpaca")["runs"][0]["accounts"]
    assert [(p["symbol"], float(p["qty"])) for p in account["positions"]] == [("AAPL", -10), ("TSLA", 5)]
    tree = desk.graphql("""{ brokerage_orders(where: {account: {external_id: {_eq: "acc-2"}}},
        order_by: {external_id: asc}) { external_id parent_order { external_id } } }""")
    assert tree["brokerage_orders"] == [
        {"external_id": "order-0001", "parent_order": None},
        {"external_id": "order-0002", "parent_order": {"external_id": "order-0001"}}]
    provider.reset({**answers, "/v2/positions": [[{"symbol": "TSLA", "qty": "5", "side": "long"}]]})
    (account,) = broker(desk, provider="alpaca")["runs"][0]["accounts"]
    assert [p["symbol"] for p in account["positions"]] == ["TSLA"]


def test_a_job_is_followed_over_a_websocket_to_its_end(desk, provider):
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    gates = {name: threading.Event() for name in ("positions", "orders")}

    def held(name, answer):
        def wait(_):
            assert gates[name].wait(20)
            return answer
        return wait

    provider.reset({f"{base}/balances": tradier_balances(), "/v1/user/profile": (401, "no", {}),
                    f"{base}/positions": held("positions", {"positions": "null"}),
                    f"{base}/orders": held("orders", {"orders": "null"})})
    query = """subscription ($id: uuid!) { job(id: $id) {
        status progress job_events(order_by: {sequence: asc}) { event_type payload }
        runs { status account_snapshots { equity } } } }"""
    job = desk.graphql("""mutation { ingest_broker(provider: "tradier", timeout_seconds: 60) { id } }""")
    seen = []
    # The provider's answers are held back until what is before them has been told.
    with Talk(desk) as talk:
        talk.start("1", query, variables={"id": job["ingest_broker"]["id"]})
        while not seen or seen[-1]["status"] in ("pending", "running"):
            seen.append(talk.data("1")["job"])
            told = [event["payload"].get("message") for event in seen[-1]["job_events"]]
            if "read the balances" in told:
                gates["positions"].set()
            if "read 0 positions" in told:
                gates["orders"].set()
    steps = [step["progress"]["pct"] for step in seen if step["progress"]]
    assert steps == sorted(steps) and {33, 66} <= set(steps)
    last = seen[-1]
    assert (last["status"], last["runs"]) == (
        "completed", [{"status": "succeeded", "account_snapshots": [{"equity": 5000}]}])
    assert [event["event_type"] for event in last["job_events"]] == ["progress", "progress", "complete"]
    # Each message goes on from the one before it.
    for one, other in zip(seen, seen[1:]):
        assert other["job_events"][:len(one["job_events"])] == one["job_events"]


@pytest.mark.parametrize("trouble,status,message", [
    ((401, "Invalid Access Token", {}), "failed", "tradier answered 401: Invalid Access Token"),
    ({"errors": {"error": ["no such account"]}}, "failed", "no such account"),
    ((500, {"fault": {"faultstring": "Access Token expired"}}, {}), "dead", "Access Token expired"),
])
def test_refusals_of_a_broker_leave_what_is_there(desk, provider, trouble, status, message):
    before = desk.sql("select count(*) from brokerage.positions")
    base = f"/v1/accounts/{SECRETS['TRADIER_ACCOUNT_ID']}"
    provider.reset({f"{base}/balances": tradier_balances(), f"{base}/positions": trouble,
                    "/v1/user/profile": (401, "no", {})})
    job = broker(desk, provider="tradier")
    assert job["status"] == status, job
    assert message in job["error_message"]
    assert desk.sql("select count(*) from brokerage.positions") == before
    assert {run["status"] for run in job["runs"]} == {"failed"}


@pytest.mark.skipif(fixture("alpaca_account") is None, reason="the shared folder is absent")
def test_documents_of_the_brokers_themselves(desk, provider):
    provider.reset({"/v2/account": fixture("alpaca_account"), "/v2/positions": [fixture("alpaca_positions")],
                    "/v2/orders": [fixture("alpaca_orders"), []]})
    job = broker(desk, provider="alpaca")
    assert job["status"] == "completed", job
    account = fixture("tradier_balances_margin")["balances"]["account_number"]
    base = f"/v1/accounts/{account}"
    for name in ["single", "multiple", "empty"]:
        provider.reset({f"{base}/balances": fixture("tradier_balances_margin"),
                        f"{base}/positions": fixture(f"tradier_positions_{name}"),
                        f"{base}/orders": fixture(f"tradier_orders_{name}"),
                        "/v1/user/profile": fixture("tradier_profile_single")})
        job = broker(desk, provider="tradier", account=account)
        assert job["status"] == "completed", (name, job)


def test_a_missing_credential_is_named(desk):
    desk.stop_server()
    kept = desk.environment
    desk.environment = {name: value for name, value in SECRETS.items()
                        if name not in ("APCA_API_SECRET_KEY", "FRED_API_KEY", "TRADIER_ACCOUNT_ID")}
    desk.start_server(wait=60)
    try:
        assert refused(desk, provider="alpaca", symbols=["AAA"], **WINDOW) == \
            "APCA_API_SECRET_KEY is not set in the environment of the server"
        assert "FRED_API_KEY is not set" in refused(desk, provider="fred", symbols=["GDP"], **WINDOW)
        _, answer = desk.post("/v1/graphql", {"query": BROKER, "variables": {"provider": "tradier"}})
        assert "TRADIER_ACCOUNT_ID is not set" in answer["errors"][0]["message"]
    finally:
        desk.stop_server()
        desk.environment = kept
        desk.start_server(wait=60)
