"""K: how long it takes to begin."""

from __future__ import annotations

from benchmarks.job import Goal, Job
from benchmarks.peers import flume, python

TYPER = "python -c 'import typer'"

K = Job(
    "K",
    "start, make one point, write it",
    points=1,
    flume=flume("emit(limit=1, start='2020')"),
    peers=(
        python(TYPER, "import typer", "typer"),
        python("python -c pass", "pass", "typer"),
        python("python -c 'import duckdb'", "import duckdb", "duckdb"),
        python("python -c 'import polars'", "import polars", "polars"),
        python("python -c 'import pandas'", "import pandas", "pandas"),
    ),
    goals=(Goal("wall", 2, (TYPER,)),),
    rounds=15,
)

JOBS = [K]
