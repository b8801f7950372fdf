"""How long flume takes to start, beside what it is built on: `python benchmarks/startup.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import Contender, machine, race, table

FLUME = str(Path(sys.executable).with_name("flume"))


def main() -> None:
    contenders = [
        Contender("python -c 'import typer'", [sys.executable, "-c", "import typer"]),
        Contender("python -c pass", [sys.executable, "-c", "pass"]),
        Contender("flume --help", [FLUME, "--help"]),
        Contender("flume \"emit(limit=1, start='2020-01-01')\"", [FLUME, "emit(limit=1, start='2020-01-01')"]),
    ]
    race(contenders, 15)
    print(machine(), "\n", table(contenders), sep="\n")


main()
