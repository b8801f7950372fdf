"""`python -m benchmarks A D --points 500_000`: run jobs, and show their figures as Markdown."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks import data, report
from benchmarks.answers import Differs
from benchmarks.jobs import ALL
from benchmarks.measuring import Failed
from benchmarks.peers import in_one_process
from benchmarks.running import Outcome, machine, run

RESULTS = data.FOLDER / "results.json"


def main() -> None:
    """Run what was asked for; each job's figures are kept, so that a page can be written of several runs."""
    asked = arguments()
    data.FOLDER.mkdir(exist_ok=True)
    if asked.list:
        for name, job in ALL.items():
            print(f"{name:9} {job.points:>10,}  {job.question}")
        return
    outcomes = kept()
    wrong = False
    print(f"Measured on {machine()}.", end="\n\n")
    for name in [] if asked.show else asked.jobs or ALL:
        job = ALL[name]
        if asked.serial:
            job = replace(job, peers=(in_one_process(job.flume), *job.peers))
        try:
            points = asked.points if asked.points and job.data else job.points
            outcome = run(job, points, asked.rounds, asked.peers)
        except (Differs, Failed) as problem:
            print(problem, file=sys.stderr)
            wrong = True
            continue
        outcomes[name] = outcome
        RESULTS.write_text(json.dumps({name: asdict(outcome) for name, outcome in outcomes.items()}, indent=1))
        print(*report.details(job, outcome), report.goals({name: job}, outcomes), sep="\n\n", end="\n\n", flush=True)
    if asked.show:
        for name, outcome in outcomes.items():
            print(*report.details(ALL[name], outcome), sep="\n\n", end="\n\n")
        print(report.goals(ALL, outcomes))
    if asked.write:
        from benchmarks import plot  # pygal is only needed here

        picture = asked.write.with_suffix(".svg")
        plot.write(picture, outcomes)
        report.write(asked.write, report.page(outcomes, picture.name))
    sys.exit(wrong)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help="all, where none is named")
    parser.add_argument("--list", action="store_true", help="say what jobs there are")
    parser.add_argument("--points", type=int, metavar="N", help="instead of each job's own number")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="5, where not said")
    parser.add_argument("--peers", nargs="*", metavar="NAME", help="only these, such as DuckDB Polars; none at all")
    parser.add_argument("--serial", action="store_true", help="flume in one process as well")
    parser.add_argument("--show", action="store_true", help="run nothing, show what was measured before")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put all that is known into this page")
    asked = parser.parse_args()
    if unknown := [name for name in asked.jobs if name not in ALL]:
        parser.error(f"no job called {unknown[0]!r}: there are {', '.join(ALL)}")
    return asked


def kept() -> dict[str, Outcome]:
    """What was measured before."""
    if not RESULTS.exists():
        return {}
    return {name: Outcome(**outcome) for name, outcome in json.loads(RESULTS.read_text()).items()}


main()
