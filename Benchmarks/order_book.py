#!/usr/bin/env python3
"""What decoding DBN, the order book and the grid cost, beside a plain pass in C and the reference.

    Benchmarks/order_book.py [--events N] [--tile N]

Builds the benchmark, generates files with ../shared/fixtures/dbn/make_mbo.py (600 and 58,000 live
orders, and the first one compressed by zstd, which needs the program zstd), and prints a table. The
generator needs numpy to repeat its block. The reference in Python reads a small part of a block.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = pathlib.Path(os.environ.get("APUS_SHARED", ROOT.parent / "shared")) / "fixtures/dbn"
FOLDER = ROOT / ".build/market-data"
# In millions of records a second, as the requirement has it.
REQUIRED = {("600 orders", "decode"): 40, ("600 orders", "book"): 20, ("58,000 orders", "book"): 12,
            ("600 orders", "book and grid, bin mode"): 15, ("600 orders, zstd", "book"): 10}


def generate(name, *options):
    path = FOLDER / name
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(SHARED / "make_mbo.py"), str(path), "--seed", "7",
                        *options], check=True)
    return path


def measured(binary, path):
    """The rates of one file, in millions of records a second."""
    done = subprocess.run([binary, str(path)], check=True, capture_output=True, text=True)
    return {match[1].strip(): float(match[2])
            for match in re.finditer(r"^  (.+?) +([0-9.]+) M records/s", done.stdout, re.M)}


def reference(path, *options):
    """What the reference in Python does in the same unit."""
    done = subprocess.run([sys.executable, str(SHARED / "reference_book.py"), str(path), *options],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["records_per_second"] / 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", default="1000000")
    parser.add_argument("--tile", default="10")
    arguments = parser.parse_args()
    size = ["--events", arguments.events, "--tile", arguments.tile]
    subprocess.run(["swift", "build", "-c", "release", "--product", "book-benchmark"], check=True,
                   cwd=ROOT, env={**os.environ, "APUS_BENCHMARKS": "1"}, stdout=sys.stderr)
    binary = str(ROOT / ".build/release/book-benchmark")
    files = {"600 orders": generate("600.dbn", *size),
             "58,000 orders": generate("58000.dbn", "--depth", "58000", *size)}
    compressed = FOLDER / "600.dbn.zst"
    if not compressed.exists() and shutil.which("zstd"):
        subprocess.run(["zstd", "-q", "-3", "-k", str(files["600 orders"]), "-o", str(compressed)],
                       check=True)
    if compressed.exists():
        files["600 orders, zstd"] = compressed
    small = generate("small.dbn", "--events", "20000")
    python = {"book": reference(small, "--no-grid"),
              "book and grid, bin mode": reference(small, "--mode", "bin"),
              "book and grid, event mode": reference(small, "--mode", "event")}
    rates = {name: measured(binary, path) for name, path in files.items()}
    works = list(rates["600 orders"])
    print("| M records/s | " + " | ".join(rates) + " | reference in Python |")
    print("|---|" + "---:|" * (len(rates) + 1))
    for work in works:
        cells = [f"{rates[name][work]:.1f}" if work in rates[name] else "" for name in rates]
        slow = f"{python[work]:.3f}" if work in python else ""
        print(f"| {work} | " + " | ".join(cells) + f" | {slow} |")
    missed = [f"{name}, {work}: {rates[name][work]:.1f} of {wanted}"
              for (name, work), wanted in REQUIRED.items()
              if name in rates and rates[name][work] < wanted]
    for line in missed:
        print(f"below what is required: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
