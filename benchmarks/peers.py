"""How flume and its peers are run: each a whole process that reads FILE and writes JSON lines."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.job import Peer

FLUME = str(Path(sys.executable).with_name("flume"))


def flume(program: str) -> Peer:
    """flume, called as on any command line."""
    return Peer("flume", (FLUME, program), "flume")


def in_one_process(peer: Peer) -> Peer:
    """flume without the other cores."""
    place = peer.command.index(FLUME) + 1
    command = (*peer.command[:place], "--jobs", "1", *peer.command[place:])
    return replace(peer, name="flume, one process", command=command)


def piped(peer: Peer, cat: str = "cat") -> Peer:
    """The same at the end of a pipe."""
    words = [word for word in peer.command if word != "FILE"]
    return replace(peer, command=("sh", "-c", f'{cat} FILE | "$@"', "sh", *words))


def python(name: str, script: str, needs: str, *, runs_once: bool = False) -> Peer:
    """A script in Python."""
    return Peer(name, (sys.executable, "-c", script), needs, runs_once=runs_once)


def duckdb(query: str, name: str = "DuckDB") -> Peer:
    """A query, its result copied to a file as JSON lines."""
    script = "import sys, duckdb; duckdb.sql(sys.argv[1])"
    return Peer(name, (sys.executable, "-c", script, f"copy ({query}) to 'OUT' (format json)"), "duckdb")


def polars(script: str) -> Peer:
    """A script that binds `answer` to a lazy frame."""
    return python("Polars", f"import polars as pl\n{script}\nanswer.sink_ndjson('OUT')", "polars")


def pandas(script: str) -> Peer:
    """A script that binds `answer` to a data frame."""
    written = "answer.to_json('OUT', orient='records', lines=True, date_format='iso', double_precision=12)"
    return python("pandas", f"import pandas as pd\n{script}\n{written}", "pandas", runs_once=True)


def pygrok(script: str) -> Peer:
    """A plain loop with pygrok, which is what grok in Python was before flume."""
    return python("pygrok", f"import json, sys\nfrom pygrok import Grok\n{script}", "pygrok", runs_once=True)


def jq(*words: str) -> Peer:
    """jq: its options and its filter."""
    return Peer("jq", ("jq", "-c", *words, "FILE"), "jq", part=10)


def miller(*words: str) -> Peer:
    """Miller: its options and its verbs."""
    return Peer("Miller", ("mlr", *words, "FILE"), "mlr", part=10)


def mawk(script: str, *options: str) -> Peer:
    """mawk: a script."""
    return Peer("mawk", ("mawk", *options, script, "FILE"), "mawk")


def shell(name: str, line: str, needs: str) -> Peer:
    """A line of shell."""
    return Peer(name, ("sh", "-c", line), needs)


def installed(peer: Peer) -> bool:
    """Whether what the peer needs is here."""
    return bool(shutil.which(peer.needs) or importlib.util.find_spec(peer.needs))
