"""Run: what the run-time state of a step is given when it starts.

`start(run)` gets a Run bound to its step: the clock, the ledger's account, and the one way to
reject a record, to report a late point or to count a value that could not be used.
"""

from __future__ import annotations

import copy
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from flume import budget
from flume.caret import quoted
from flume.errors import OptionError, RecordError
from flume.files import same_file
from flume.panes import Panes
from flume.point import NESTED, bounded, own
from flume.rejects import RejectFile
from flume.report import Account, Point, Refusal, Report
from flume.tables import Extension
from flume.value import brief

if TYPE_CHECKING:
    from flume.predicate import Predicate

Errors: TypeAlias = Literal["warn", "raise", "skip"]
SHOWN = 3  # rejected records that are shown one by one before they are only counted
AHEAD = timedelta(hours=1)  # of the clock: a point further ahead does not let time pass on a live stream


class Clock:
    """The time of day and a way to wait; tests move one of their own by hand."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait, however long; False when *stop* was set meanwhile."""
        until = time.monotonic() + seconds
        while seconds > 0 and not stop.wait(min(seconds, threading.TIMEOUT_MAX)):
            seconds = until - time.monotonic()
        return not stop.is_set()

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring quiet."""
        return time.monotonic()


class Pace(Protocol):
    """How time goes on in a source, where that is not as on the clock."""

    def passed(self) -> datetime | None:
        """No point that was not given yet is earlier than this; None: nothing can be said."""


@dataclass(slots=True)
class Policy:
    """What is done with records that cannot be taken, as `read(errors=…, rejects=…)` says."""

    errors: Errors = "warn"
    rejects: RejectFile | None = None
    chosen: bool = False


class Run:
    """One run of a pipeline, as one of its steps sees it."""

    def __init__(self, clock: Clock | None = None, *, optimize: bool = True) -> None:
        self.clock = clock or Clock()
        self.now = self.instant()  # fixed for the whole run
        self.began = self.now  # when the pipeline of this step did; of one inside seq, later than the run
        self.optimize = optimize
        self.jobs: int | None = None  # how many processes may work; None: as many as help
        self.memory_asked: int | None = None  # bytes that a step may hold; None: a share of what there is
        self.live = False  # whether a source goes on as time does
        self.open_ended = False  # whether nobody knows when the input ends
        self.ordered = False  # whether the points that reach this step are in order of time
        self.batched = False  # whether they are in batches
        self.stop = threading.Event()  # set when sources are to stop
        self.report = Report()
        self.account = Account("")
        self.policy = Policy()
        self.resources: list[RejectFile] = []  # closed when the run is over
        self.needed: frozenset[str] | None = None  # the fields that are read of this source; None: all
        self.paced = False  # whether the time of points goes on otherwise than on the clock
        self.pace: Pace | None = None  # tells how it does in this source
        self.time_field: str | None = None  # what is read of this source as the time
        self.read_time: Callable[[object], datetime] | None = None  # how; a MomentError where it is none
        self.bounds: tuple[datetime | None, datetime | None] = (None, None)  # no point before, or from here, is wanted
        self.alone = False  # whether no other source is read, so that a process of its own may read ahead
        self.before_reading: Callable[[int], None] | None = None  # told the descriptor, where something waits meanwhile
        self.tables = False  # whether this source may give tables
        self.predicate: Predicate | None = None  # what the step behind this source asks first of a point
        self.made: frozenset[str] | None = None  # fields whose values may be others than JSON has; None: any
        self.spelt = False  # whether times may stay texts, where these are spelt as flume does
        self.extension: Extension | None = None  # what becomes of lines that steps only extend
        self.verbatim = False  # whether lines that nothing changes are written as they were read
        self.line_format: str | None = None  # the format of these lines, or of those that steps extend
        self.reads_file: Callable[[str], bool] = lambda path: False  # whether this file is read, of whatever name
        self.writing: Callable[[int], AbstractContextManager[None]] = lambda descriptor: nullcontext()
        self.panes = Panes()  # what is drawn on the terminal again and again
        self.token = os.urandom(4).hex()  # in the names of files that are not yet what they will be
        self._warned: set[str] = set()

    def instant(self) -> datetime:
        """The present instant, in milliseconds."""
        now = self.clock.now()
        return now - timedelta(microseconds=now.microsecond % 1000)

    @property
    def horizon(self) -> datetime | None:
        """A point that is later is from the future: its clock is wrong; None: that cannot be told."""
        return None if self.paced else self.clock.now() + AHEAD

    @property
    def memory(self) -> int:
        """How many bytes of points a step may hold in memory."""
        return budget.default() if self.memory_asked is None else self.memory_asked

    def at(self, step: object, *, ordered: bool, batched: bool = False) -> Run:
        """This run as *step* sees it, with an account of its own in the ledger."""
        bound = copy.copy(self)
        bound.account = Account(brief(step))
        bound.ordered = ordered
        bound.batched = batched
        self.report.accounts.append(bound.account)
        return bound

    def follow_policy(self, errors: Errors, rejects: str | None) -> None:
        """Let the bad records of this step be treated so; the steps behind follow the first source that says it."""
        file = None if rejects is None else self._reject_file(rejects)
        shared, self.policy = self.policy, Policy(errors, file, True)
        if not shared.chosen:
            shared.errors, shared.rejects, shared.chosen = errors, file, True

    def _reject_file(self, path: str) -> RejectFile:
        """The file of this path: one, however many steps write to it."""
        for file in self.resources:
            if same_file(file.path, path):
                return file
        file = RejectFile(path)
        self.resources.append(file)
        return file

    def fork(self) -> Account:
        """An account that is in no report: a fork passes points to its branches, which book them."""
        return Account("fork")

    # -- what could not be taken ------------------------------------------------------------------

    def reject(
        self,
        reason: str,
        *,
        file: str | None = None,
        line: int | None = None,
        raw: str | None = None,
        point: Point | None = None,
    ) -> None:
        """Keep a record out of the stream: counted, shown, kept in the rejects file, or an error, as the user chose.

        A source books no account for it (it never became a point); a step in the middle takes the point
        out under `rejected`.
        """
        elsewhere = self.report.elsewhere
        if elsewhere is not None:
            if (
                self.policy.rejects is None and len(elsewhere.refused) >= SHOWN
            ):  # millions of them would fill the memory
                elsewhere.unshown[point is not None] += 1
            else:
                elsewhere.refused.append(Refusal(reason, file, line, raw, point))
            return
        if point is not None:
            self.account.take("rejected")
        if file in self.report.taken_for and self.report.doubtful is None:
            self.report.doubtful = file
        self._keep({"file": file, "line": line, "reason": reason, "raw": raw, "point": point})
        if self.policy.errors == "skip":
            self.report.skipped += 1
            return
        raising = self.policy.errors == "raise"
        if not raising:
            self.report.rejected += 1
            self.report.unkept += self.policy.rejects is None
            if self.report.rejected > SHOWN:
                return
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        shown = raw if raw is not None else None if point is None else _as_json(point)
        text = f"{place}{reason}" + (f": {_short(shown)}" if shown is not None else "")
        if raising:
            raise RecordError(text)
        self.warn(text)

    def reject_unshown(self, unshown: Counter[bool]) -> None:
        """Count more records of which another process has rejected so many: points, and others."""
        self.account.take("rejected", unshown[True])
        if self.policy.errors == "skip":
            self.report.skipped += unshown.total()
        else:
            self.report.rejected += unshown.total()
            self.report.unkept += unshown.total()

    def call(self, function: Callable[[Point], Any], point: Point, otherwise: Any) -> Any:
        """What the user's *function* gives of a point; where it fails, the point is rejected and *otherwise* given."""
        try:
            value = function(point)
            return own(bounded(value)) if value.__class__ in NESTED else value  # a point cannot hold itself
        except Exception as error:
            self.reject(f"{self.account.step} failed: {type(error).__name__}: {error}", point=point)
            return otherwise

    def late(self, point: Point, waiting: str = "lateness", before: str = "") -> None:
        """Report a point that came after its time had been dealt with.

        *waiting*: the option that waits longer. *before*: the step that has it, where that is another one.
        """
        self.account.take("late")
        if "late" not in self._warned:
            longer = f"a longer {waiting}={before and f' of {before} before it'} waits for such points"
            text = f"a point came too late: {_short(_as_json(point))}; {longer}"
            self.warn_once("late", text)
        self._keep({"reason": "late", "point": point})

    def _keep(self, record: dict[str, Any]) -> None:
        if self.policy.rejects is not None:
            self.policy.rejects.write({key: value for key, value in record.items() if value is not None})

    # -- what is said to the user -----------------------------------------------------------------

    def warn(self, text: str) -> None:
        """Say one line on the logger `flume`; on the command line that is stderr."""
        import logging

        logging.getLogger("flume").warning(text)

    def warn_once(self, what: str, text: str) -> None:
        """Say it the first time that *what* happens in this run."""
        if what not in self._warned:
            self._warned.add(what)
            self.warn(text)


def check_errors(word: str, errors: object) -> None:
    """An `OptionError` unless *errors* is one of the three ways."""
    if errors not in ("warn", "raise", "skip"):
        raise OptionError(f"{word}: errors takes 'warn', 'raise' or 'skip', not {errors!r}")


def _as_json(point: Point) -> str:
    from flume.parsers.json_encoding import shown
    from flume.parsing import decode

    return decode(shown(point))


def _short(text: str, most: int = 120) -> str:
    """Text from data, on one line, without control characters, not too long."""
    clean = "".join(
        c if c.isprintable() else "\ufffd" if 0xD800 <= ord(c) < 0xE000 else repr(c)[1:-1] for c in text[: most + 1]
    )
    return quoted(clean[:most] + "…" if len(text) > most else clean)
