"""The pipe algebra: steps, pipelines and forks.  Read this first.

    emit(limit=3) | put(n=count()) | write('stdio')        one after another
    (read('a'), read('b')) | head(5)                       branches merged in order of time
    read('a') | (filter('x > 1'), ()) | write('stdio')     split and merged again

Pipelines are immutable values: composing never changes an operand, the same step can stand in two
pipelines, and running twice gives the same.  What changes while a pipeline runs lives only in what
`start(run)` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from flume.budget import size_of
from flume.errors import FlumeError, OptionError
from flume.files import Written
from flume.report import Point as Point
from flume.report import Report
from flume.run import Run
from flume.stage import Batch as Batch
from flume.stage import Joining as Joining
from flume.stage import Stage as Stage
from flume.streams import Stream
from flume.tables import Table
from flume.value import Value

if TYPE_CHECKING:
    from flume.parsing import Parser
    from flume.predicate import Predicate
    from flume.run import Clock
    from flume.running import Runner
    from flume.yielding import Function

Needed: TypeAlias = frozenset[str] | None
"""The fields that are needed of a stream; None is all of them."""


class Flow:
    """Anything that can stand on one side of a pipe."""

    def __or__(self, right: Flow | Branches | Function) -> Pipeline:
        _check_flow(right)
        return Pipeline((*_parts(self), *_parts(right)))

    def __ror__(self, left: Branches) -> Pipeline:
        _check_flow(left, first=True)
        return Pipeline((*_parts(left), *_parts(self)))

    def __getattr__(self, name: str) -> Callable[..., Pipeline]:
        """Method notation: `emit(limit=3).head(1)` means `emit(limit=3) | head(1)`."""
        if name.startswith("_"):
            raise AttributeError(name)
        from flume import registry

        try:
            word = registry.default().word(name)
        except FlumeError as error:  # what asks whether there is such an attribute must get an answer
            raise AttributeError(str(error)) from error
        return lambda *args, **options: self | word(*args, **options)

    def __iter__(self) -> Iterator[Point]:
        from flume.engine.local import points

        return points(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows where the pipeline is the value of a cell: its first points, if it has no sink."""
        from flume.notebook import bundle_of

        return bundle_of(self)

    def execute(
        self,
        *,
        optimize: bool = True,
        clock: Clock | None = None,
        progress: bool = False,
        jobs: int | None = None,
        memory: int | str | None = None,
        runner: Runner | str | None = None,
    ) -> Report:
        """Run the pipeline to its end and give back the report.

        *optimize*: take the fast ways (the answer is the same without); *clock*: another clock than the machine's;
        *progress*: a bar on stderr for long reads; *jobs*: how many processes may share the work (None: as many as
        there are cores, where the input is large); *memory*: how much a step may hold, in bytes or as `'512M'` (None: a
        quarter of what the machine has); *runner*: what runs it, or its name (None: this process).
        Raises a `FlumeError` that names the step.

        >>> from flume import emit, memory
        >>> report = (emit(limit=2, start='2020-01-01') | memory()).execute()
        >>> report.read, len(report.points)
        (2, 2)
        """
        from flume.running import Settings, runner_of

        _check_jobs("execute", jobs)
        held = None if memory is None else size_of(memory, "execute: memory")
        settings = Settings(optimize=optimize, clock=clock, progress=progress, jobs=jobs, memory=held)
        return runner_of(runner).execute(self, settings)

    def explain(self, *, optimize: bool = True, jobs: int | None = None, code: bool = False) -> str:
        """The plan as text: what is pushed down, which fields are read, what runs where; *code*: and generated code."""
        from flume.engine.explaining import explain

        _check_jobs("explain", jobs)
        return explain(self, optimize=optimize, jobs=jobs, code=code)


Branches: TypeAlias = "tuple[Flow | Function | tuple[()], ...]"


def _check_jobs(method: str, jobs: int | None) -> None:
    if jobs is not None and (isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1):
        raise OptionError(f"{method}: jobs takes a number of processes, 1 or more, not {jobs!r}")


class Step(Value, Flow):
    """One step of a pipeline.  Subclasses declare their options as typed fields."""

    def needs(self, wanted: Needed) -> Needed:
        """The fields that this step needs of its input, when *wanted* of its output are needed."""
        return None

    def ordered(self, before: bool) -> bool:
        """Whether what leaves is in order of time, when what comes in is (*before*)."""
        return before

    def batched(self, before: bool) -> bool:
        """Whether what leaves is in batches, when what comes in is (*before*)."""
        return before

    def splits(self) -> bool:
        """Whether its work can be split: parts of the stream go through stages of their own, in other processes.

        A step that folds is asked for `Stage.part` then, a sink for `Stage.in_turns`; every other one looks at each
        point for itself.
        """
        return False

    def takes_tables(self) -> bool:
        """Whether its stage has a `push_table`, with the same outcome as the points that the tables stand for."""
        return False

    def makes(self) -> frozenset[str] | None:
        """The fields whose values it makes, where all others are those that came; of a source: that are not plain.

        Plain is what JSON has: a format that knows what is plain need not look at it.  None: it cannot be told.
        """
        return None

    def predicate(self) -> Predicate | None:
        """What it asks first of each point, where it passes on none that fails it and does no more to it than count it.

        A parser need not make such a point then.
        """
        return None

    def code(self, needed: Needed) -> str | None:
        """The source that was generated for it, to be shown; None where there is none.

        *needed*: the fields of the tables that it is given; None: it is given points.
        """
        return None

    def passes_lines(self) -> bool:
        """Whether a point that it passes is as it came, so that its line can be written just as it was read."""
        return False

    def extends_lines(self) -> bool:
        """Whether a point that it passes, in a table, is as it came but for the fields that it `makes`."""
        return self.passes_lines() and not self.gives_only_lines()

    def gives_only_lines(self) -> bool:
        """Whether the tables that it gives have lines and no values, so that nothing but a sink can take them."""
        return False

    def line_format(self) -> str | None:
        """Of a source or a sink: the format whose lines, one a point, it gives or takes just as they are."""
        return None

    def held(self, ordered: bool) -> str | None:
        """What its stage holds of the stream, for `flume explain`; *ordered*: whether time passes before its end."""
        return None

    def names(self) -> frozenset[str]:
        """The fields that the user named here: one that no point has is probably a mistake, and is said."""
        return frozenset()

    def reads_file(self, path: str) -> bool:
        """Whether it reads this file, or would if there were one."""
        return False

    def writes_files(self) -> Sequence[Written]:
        """The ordinary files that it writes: what one step writes no other one may read or write meanwhile."""
        return ()


class Source(Step):
    """Makes points.  `start` gives batches until there are no more; closing the iterator is the signal to stop."""

    nests: ClassVar[bool] = False
    """Whether its points come out of pipelines inside, where they are counted as read."""

    timed: ClassVar[bool] = False
    """Of an adapter's reader: whether its points have their times and are within `run.bounds`, all of them."""

    def start(self, run: Run) -> Iterator[Batch | Table]:
        """The batches of points, or tables of them where `run.tables`.  Closing the iterator releases everything."""
        raise NotImplementedError

    def live(self, now: datetime) -> bool:
        """Whether points come as time goes, so that a thread must wait for them."""
        return False

    def paces(self) -> bool:
        """Whether, live, the time of its points goes on in a way of its own, which `run.pace` may tell."""
        return False

    def ordered(self, before: bool = False) -> bool:
        """Whether the points are known to come in order of time."""
        return False

    def absorb(self, step: Step) -> Source | None:
        """The source that does *step* too, only if its answer is exactly what the step would give: `flume.absorbing`.

        It is asked while the pipeline is planned, and again of each further step; nothing is read for it.
        """
        return None

    def settle(self) -> tuple[Source, Sequence[Step]]:
        """The source that is to run, now that all is absorbed that can be, and the last of those steps that are left.

        They are done by flume after all: the source has only made ready for them.
        """
        return self, ()

    def explained(self) -> Iterable[str]:
        """What there is to know of how it reads: lines for `flume explain`, no secrets in them."""
        return ()

    def split(self, parts: int) -> Sequence[Source] | None:
        """Sources that one after the other give the same points, about *parts* of them; None where that cannot be."""
        return None

    def stream(self, run: Run) -> Stream | None:
        """What it reads, as blocks of lines that stand for themselves; None where it is not one input of such lines.

        It is asked instead of `start`, and reads nothing before the first block is asked for.
        """
        return None

    def lanes(self) -> Sequence[tuple[str, Source]] | None:
        """Of an adapter's reader: the names of inputs that are each in order of time, and what reads each; the points
        are to be merged.  None: there is nothing to merge."""
        return None

    def record_parser(self, name: str | None) -> Parser | None:
        """Of an adapter's reader: what reads the text of one record of the input of this *name* by itself, if it can be
        read so; `flume retry` asks."""
        return None

    def may_tear(self) -> bool:
        """Whether its last point may go on in the part behind it, which `Torn` says at its end."""
        return False

    def begin(self, run: Run) -> None:
        """Done once before `start`, in however many parts the source is read."""

    def size(self) -> int | None:
        """How many bytes there are to read, where that is known, for the progress bar."""
        return None


class Proc(Step):
    """Turns points into points."""

    folds: ClassVar[bool] = False
    """Whether what leaves are points that it made itself, even where tables came in."""

    gathers: ClassVar[bool] = False
    """Whether its stage has a `part` and a `join` all the same."""

    joins: ClassVar[bool] = False
    """Whether it takes the branches before it one by one, as union and join do."""

    def renews(self) -> bool:
        """Whether it starts anew in each batch: what its stage holds leaves at the end of one, none of it goes on.

        What leaves has a time then: its own, or else the start of the batch.
        """
        return False

    def meets(self) -> bool:
        """Of a step that begins batches: whether those of several sources begin at the same times."""
        return False

    makes_source: ClassVar[bool] = False
    """Whether it makes a source of all that is before it."""

    def sourced(self, before: Flow, number: int) -> Source:
        """That source; *number*: of the first step before it."""
        raise NotImplementedError

    def start(self, run: Run) -> Stage:
        """The run-time state, fresh."""
        raise NotImplementedError

    def beside(self) -> Flow | None:
        """A pipeline that is one more of the branches that it joins, the last: where it ends, it is read first."""
        return None

    def joins_tables(self) -> bool:
        """Whether its stage has a `push_branch_table`, where the points of the branches come in no known order."""
        return False

    def check_branches(self, branches: int) -> None:
        """Raise `OptionError` where it cannot join so many branches (1: a stream that was never split)."""


class Sink(Step):
    """Consumes points: its stage lets nothing through; `end` commits."""

    def extended_format(self) -> str | None:
        """The format whose lines it takes with fields that were put behind those of each, and spells as it does."""
        return None

    def takes_spelt_times(self) -> bool:
        """Whether the time of a point may be the text that flume would write for it."""
        return False

    def start(self, run: Run) -> Stage:
        """The run-time state, fresh; open files and connections here."""
        raise NotImplementedError


class Pipeline(Value, Flow):
    """Steps and forks, one after another."""

    steps: tuple[Step | Fork, ...]

    def __init__(self, steps: Sequence[Flow]) -> None:
        self._set(steps=tuple(step for flow in steps for step in _parts(flow)))

    def __repr__(self) -> str:
        shown = [repr(step) for step in self.steps]
        if len(shown) > 1 and all(isinstance(step, Fork) for step in self.steps[:2]):
            shown[0] = f"Fork({shown[0]})"  # a tuple knows no pipe
        return " | ".join(shown) or "()"


class Fork(Value, Flow):
    """Branches side by side: each sees every point, what leaves them is merged in order of time."""

    branches: tuple[Flow, ...]

    def __init__(self, branches: Sequence[Flow | Function | tuple[()]]) -> None:
        self._set(branches=tuple(b if isinstance(b, Flow) else Pipeline(_parts(b)) for b in branches))

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.branches))
        return f"({shown},)" if len(self.branches) == 1 else f"({shown})"


def steps_in(flow: Flow) -> Iterator[Step]:
    """The steps of *flow*, its branches and its tables, in the order in which they are numbered."""
    if isinstance(flow, Step):
        if isinstance(flow, Proc) and (beside := flow.beside()) is not None:
            yield from steps_in(beside)
        yield flow
    elif isinstance(flow, (Pipeline, Fork)):
        for part in flow.steps if isinstance(flow, Pipeline) else flow.branches:
            yield from steps_in(part)


def _check_flow(side: object, *, first: bool = False) -> None:
    """An `OptionError`, which is a TypeError, unless *side* can stand beside a pipe."""
    if isinstance(side, tuple) and side:
        for branch in side:
            if branch != ():
                _check_flow(branch, first=first)
    elif not isinstance(side, Flow) and (first or not isgeneratorfunction(side)):
        from flume.hints import no_step

        raise no_step(side, first)


def _parts(flow: Flow | Function | Branches) -> tuple[Any, ...]:
    if isinstance(flow, tuple):
        return (Fork(flow),) if flow else ()
    if isinstance(flow, Flow):
        return flow.steps if isinstance(flow, Pipeline) else (flow,)
    from flume.yielding import Yielding

    return (Yielding(flow),)
