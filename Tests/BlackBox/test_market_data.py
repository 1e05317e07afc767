"""`apus dbn` and `apus book` against the samples and the reference beside the repository."""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import ROOT, run_apus

SHARED = pathlib.Path(os.environ.get("APUS_SHARED", ROOT.parent / "shared")) / "fixtures/dbn"
GENERATED = SHARED / "gen"

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="skipped: ../shared/fixtures/dbn is absent")


def close(ours, theirs):
    return ours == theirs or abs(ours - theirs) <= max(1e-12, 1e-9 * max(abs(ours), abs(theirs)))


def differences(ours, theirs, path=""):
    """Where two results differ, beyond what floats may."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() | theirs.keys():
            if key in ("seconds", "records_per_second"):
                continue
            if key not in ours or key not in theirs:
                yield f"{path}/{key} is missing"
            else:
                yield from differences(ours[key], theirs[key], f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{path}: {len(ours)} and not {len(theirs)} elements"
        for index, (left, right) in enumerate(zip(ours, theirs)):
            yield from differences(left, right, f"{path}[{index}]")
    elif isinstance(ours, float) or isinstance(theirs, float):
        if not close(ours, theirs):
            yield f"{path}: {ours} and not {theirs}"
    elif ours != theirs:
        yield f"{path}: {ours} and not {theirs}"


def reference(folder, file, *options):
    """What the reference makes of a file; the reader of the environment needs no zstandard."""
    out = folder / "reference.json"
    subprocess.run([sys.executable, str(SHARED / "reference_book.py"), str(file), *options,
                    "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def wild(tmp_path_factory):
    """A file of another seed, with two session clears and a price that runs."""
    path = tmp_path_factory.mktemp("dbn") / "wild.dbn"
    subprocess.run([sys.executable, str(SHARED / "make_mbo.py"), str(path), "--events", "12000",
                    "--seed", "11", "--clears", "2", "--vol", "0.4", "--dbn-version", "1"],
                   check=True, stderr=subprocess.DEVNULL)
    return path


@pytest.mark.parametrize("options", [
    ["--mode", "bin", "--gold"],
    ["--mode", "event", "--gold", "--radius", "12"],
    ["--mode", "bin", "--cell-ms", "37.5", "--no-align", "--radius", "70"],
    ["--mode", "event", "--max-bins", "9", "--levels", "3"],
    ["--mode", "bin", "--tick", "100000000", "--radius", "20"],
    ["--no-grid", "--levels", "1000"],
])
def test_the_book_is_that_of_the_reference(wild, tmp_path, options):
    out = tmp_path / "ours.json"
    done = run_apus("book", str(wild), *options, "--out", str(out))
    assert done.stderr == ""
    expected = reference(tmp_path, wild, *options)
    assert list(differences(json.loads(out.read_text()), expected)) == []
    expected.pop("bins", None)
    assert list(differences(json.loads(done.stdout), expected)) == []


@pytest.mark.parametrize("mode", ["bin", "event"])
@pytest.mark.parametrize("name", ["mbo_edge", "mbo_small"])
def test_generated_files_give_what_is_expected(tmp_path, name, mode):
    expected = json.loads((GENERATED / f"{name}.{mode}.expected.json").read_text())
    out = tmp_path / "ours.json"
    done = run_apus("book", str(GENERATED / f"{name}.dbn"), "--mode", mode, "--gold",
                    "--radius", str(expected["radius"]), "--out", str(out))
    assert done.returncode == 0
    assert list(differences(json.loads(out.read_text()), expected)) == []


def test_records_are_printed_as_databento_prints_them():
    for expectation in sorted((SHARED / "samples").glob("*.expected.json")):
        sample = str(expectation).removesuffix(".expected.json")
        expected = json.loads(expectation.read_text())
        done = run_apus("dbn", "cat", sample)
        assert (done.returncode, done.stderr) == (0, "")
        assert [json.loads(line) for line in done.stdout.splitlines()] == expected["records"]
        info = json.loads(run_apus("dbn", "info", sample).stdout)
        for key in ("metadata_size", "metadata", "record_count", "uncompressed_size"):
            assert info[key] == expected[key], (sample, key)


def test_records_are_printed_as_csv():
    sample = SHARED / "samples/test_data.mbp-1.dbn"
    done = run_apus("dbn", "cat", str(sample), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    records = json.loads(sample.with_name(sample.name + ".expected.json").read_text())["records"]
    assert [{"ts": row["ts_event"], "price": row["price"], "bid": row["bid_px_00"]}
            for row in rows] == [
        {"ts": record["hd"]["ts_event"], "price": record["price"],
         "bid": record["levels"][0]["bid_px"]} for record in records]


def test_csv_takes_records_of_one_type():
    done = run_apus("dbn", "cat", str(SHARED / "samples/py.LIVE.test_data.live.dbn.zst"),
                    "--format", "csv")
    assert done.returncode == 1
    assert "is of type ohlcv-1m and those before it of type symbol-mapping" in done.stderr


def test_what_is_whole_is_printed_before_what_is_wrong(tmp_path):
    whole = (GENERATED / "mbo_edge.dbn").read_bytes()
    broken = tmp_path / "broken.dbn"
    broken.write_bytes(whole[:-20])
    done = run_apus("dbn", "cat", str(broken))
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 36
    offset = len(whole) - 56
    message = f"apus: {broken}: the record at offset {offset} ends after 36 of 56 bytes\n"
    assert done.stderr == message
    done = run_apus("book", str(broken), "--no-grid")
    assert done.returncode == 1
    assert json.loads(done.stdout)["records"] == 34
    assert done.stderr == message
    info = run_apus("dbn", "info", str(broken))
    assert json.loads(info.stdout)["error"] in info.stderr


@pytest.mark.parametrize("name, content, message", [
    ("a.dbn", b"PK\x03\x04", "this is no DBN: a stream begins with the letters DBN and its version"),
    ("a.dbn", b"DBN\x09\0\0\0\0", "DBN version 9 is not supported; versions 1 to 3 are"),
    ("a.dbn", b"", "the file is empty"),
    ("a.dbn", b"DBN\x03\x64\0\0\0abc", "the metadata end after 3 of 100 bytes"),
    ("a.zst", b"\x28\xb5\x2f\xfd\0\0\0\0\0\0", "the file ends within a zstd frame, after 10 bytes"),
])
def test_a_file_that_is_no_dbn_is_named(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    for command in (["dbn", "info"], ["dbn", "cat"], ["book"]):
        done = run_apus(*command, str(path))
        assert done.returncode == 1
        assert done.stderr == f"apus: {path}: {message}\n"


def test_a_file_without_the_orders_asked_for_is_named(wild):
    for path, options, which in ((wild, ["--instrument", "99"], " of instrument 99"),
                                 (SHARED / "samples/test_data.trades.dbn", [], "")):
        done = run_apus("book", str(path), *options)
        assert done.returncode == 1
        assert done.stderr == f"apus: {path}: it has no orders{which}; apus dbn info says what it holds\n"
        assert json.loads(done.stdout)["records"] == 0


@pytest.mark.parametrize("path, reason", [
    ("/nowhere.dbn", "No such file or directory"), ("/tmp", "it is no regular file")])
def test_a_file_that_cannot_be_read_is_named_once(path, reason):
    for command in (["dbn", "info"], ["dbn", "cat"], ["book"]):
        done = run_apus(*command, path)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"apus: {path}: {reason}\n")


def test_the_format_before_dbn_is_named():
    path = SHARED / "samples/test_data.mbo.dbz"
    done = run_apus("dbn", "cat", str(path))
    assert done.returncode == 1
    assert done.stderr == (f"apus: {path}: this is DBZ, the format before DBN; convert it with "
                           "Databento's dbn program\n")


def test_the_parameters_of_a_grid_come_from_a_file(wild, tmp_path):
    config = tmp_path / "fast.yaml"
    config.write_text("instrument: MNQ\ntick: 0.25\ncell_width_ms: 50\ngrid_radius_ticks: 4\n")
    done = run_apus("book", str(wild), "--config", str(config), "--radius", "6")
    summary = json.loads(done.stdout)
    assert (summary["cell_width_ms"], summary["radius"], summary["mode"]) == (50, 6, "bin")
    expected = reference(tmp_path, wild, "--mode", "bin", "--cell-ms", "50", "--radius", "6")
    expected.pop("bins")
    assert list(differences(summary, expected)) == []


def test_what_is_wrong_with_the_parameters_is_named_with_its_line(wild, tmp_path):
    config = tmp_path / "bad.yaml"
    config.write_text("instrument: MNQ\ntick: 0.25\ntau_jerk: fast\n")
    done = run_apus("book", str(wild), "--config", str(config))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (f"apus: {config}: line 3: tau_jerk: a number from 0.001 to 86400.0 is "
                           "wanted\n")
