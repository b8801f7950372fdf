"""flume explain: how a program would run."""

from __future__ import annotations

import sys

from flume.cli.arguments import Arguments, check_options
from flume.cli.logs import heard
from flume.cli.program import prepared
from flume.errors import UsageError
from flume.flow import Flow


def explain(arguments: Arguments) -> int:
    """Print the plan of the program, which is not run."""
    check_options("explain", arguments.given)
    with heard():
        flow = prepared(arguments)
        if not isinstance(flow, Flow):
            raise UsageError("the program runs its pipelines itself; let its last line be the pipeline to explain")
        text = flow.explain(optimize=arguments.optimize, jobs=arguments.jobs, code=arguments.code)
        sys.stdout.write(text + "\n")
    return 0
