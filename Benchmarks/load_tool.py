"""The programs of `load`, in C, which make load or take it: they cost little beside what is measured."""

import json
import os
import pathlib
import subprocess

SOURCES = pathlib.Path(__file__).parent / "load"
PROGRAMS = SOURCES.parent.parent / ".build/load"


def build(name):
    """The program of that name, compiled by the toolchain's clang where it is missing or out of date."""
    program, source = PROGRAMS / name, SOURCES / f"{name}.c"
    newest = max(path.stat().st_mtime for path in SOURCES.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        PROGRAMS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["clang", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True)
    return program


class LoadTool:
    """A running program: it says one line when it is ready, and reports when it is asked."""

    def __init__(self, name, *arguments, lines=()):
        self.process = subprocess.Popen([build(name), *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        for line in lines:
            self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.ready = self.process.stdout.readline().strip()
        if not self.ready:
            raise SystemExit(f"{name} ended before it was ready")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def report(self):
        """What came since the last report."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{os.path.basename(self.process.args[0])} has ended")
        return json.loads(line)
