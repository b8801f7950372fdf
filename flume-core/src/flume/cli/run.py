"""flume "PROGRAM": run a program, and say how it went."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from flume.cli.arguments import Arguments, check_options
from flume.cli.logs import heard
from flume.cli.program import prepared
from flume.engine.signals import Ended
from flume.flow import Flow
from flume.report import Report


def run(arguments: Arguments) -> int:
    """Run the program; the exit status is the report's."""
    check_options("run", arguments.given)
    return executed(arguments, lambda asked: asked)


def executed(arguments: Arguments, changed: Callable[[Flow | Report | None], Flow | Report | None]) -> int:
    """Run the program, in the form in which it is *changed*."""
    try:
        with heard():
            asked = changed(prepared(arguments))
            if isinstance(asked, Flow):
                drawing = arguments.progress is not False and sys.stderr is not None and sys.stderr.isatty()
                with _below_the_bar(drawing):
                    asked = asked.execute(
                        optimize=arguments.optimize,
                        progress=drawing,
                        jobs=arguments.jobs,
                        memory=arguments.memory,
                        runner=arguments.runner,
                    )
    except Ended as ended:
        _say_stats(ended.report, arguments.stats)
        raise
    if asked is None:
        return 0
    _say_stats(asked, arguments.stats)
    return asked.status


def _say_stats(report: Report | None, form: str | None) -> None:
    if report is None or form is None:
        return
    text = str(report)
    if form == "json":
        import json

        text = json.dumps(report.as_dict(), ensure_ascii=False)
    with suppress(OSError, ValueError, AttributeError):  # nobody listens
        sys.stderr.write(f"{text}\n")


@contextmanager
def _below_the_bar(drawing: bool) -> Iterator[None]:
    """Where the bar and the points share a terminal, the bar makes way for them."""
    out = sys.stdout
    if not drawing or out is None or not out.isatty():
        yield
        return
    from flume.cli.shared_terminal import SharedTerminal

    sys.stdout = shared = SharedTerminal(out)
    try:
        yield
    finally:
        sys.stdout = out
        shared.detach()
