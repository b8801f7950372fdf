"""Runner: what runs a pipeline: in this process, over other machines, again where it fails.

A runner that says when it begins::

    class loud(Runner):
        def execute(self, flow, settings):
            print("here we go")
            return super().execute(flow, settings)

A plugin offers it by the hook `flume_runners`, and `pipeline.execute(runner='loud')` runs with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flume.errors import OptionError
from flume.report import Report
from flume.run import Clock
from flume.value import Value

if TYPE_CHECKING:
    from flume.flow import Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a pipeline is to be run, as `Flow.execute` was asked.

    :param optimize: whether the fast ways are taken. :param clock: another clock than the machine's.
    :param progress: whether a bar is drawn. :param jobs: how many processes may share the work; None: as many as help.
    :param memory: how many bytes a step may hold; None: a share of what there is.
    """

    optimize: bool = True
    clock: Clock | None = None
    progress: bool = False
    jobs: int | None = None
    memory: int | None = None


class Runner(Value):
    """Runs pipelines in this process; subclasses run them in another way.

    >>> from flume import emit, memory
    >>> report = Runner().execute(emit(limit=2, start='2020-01-01') | memory(), Settings())
    >>> report.read
    2
    """

    def execute(self, flow: Flow, settings: Settings) -> Report:
        """Run *flow* to its end and give back the report.  Raises a `FlumeError` that names the step."""
        from flume.engine.local import execute

        return execute(
            flow,
            optimize=settings.optimize,
            clock=settings.clock,
            progress=settings.progress,
            jobs=settings.jobs,
            memory=settings.memory,
        )


def runner_of(given: Runner | str | None) -> Runner:
    """The runner that is asked for: itself, that of a name with no options, or what runs in this process.

    Raises `UnknownName` for a name that nobody offers, and `OptionError` for what is no runner.
    """
    if given is None:
        return Runner()
    if isinstance(given, str):
        from flume import registry

        made = registry.default().find("runner", given)
        runner = made() if isinstance(made, type) else made
    else:
        runner = given
    if not isinstance(runner, Runner):
        raise OptionError(f"execute: runner takes the name of a runner, or one, not {runner!r}")
    return runner
