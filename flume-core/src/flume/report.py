"""The ledger of a run: for every step, what came in, what went out, and where the rest went."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Point = dict[str, Any]
SAMPLE = 1000  # points looked at for the names of fields that are there


@dataclass(slots=True)
class Account:
    """One step's part of the ledger.

    *taken* counts the points that the step took out, by cause (filtered, limited, merged, late,
    rejected, written); *made* those that it made anew (the results of reduce).  It adds up when
    `points_in + made == points_out + sum(taken)`.
    """

    step: str
    points_in: int = 0
    points_out: int = 0
    made: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    clashes: dict[str, tuple[int, str]] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)  # names seen, where one that was asked for was not
    looked: int = 0  # points that these names were counted in
    unseen: set[str] = field(default_factory=set)

    def take(self, cause: str, points: int = 1) -> None:
        """Book *points* that leave the stream here, by their cause."""
        if points:
            self.taken[cause] += points

    def note(self, what: str, example: str) -> None:
        """Count a value that could not be used; the first example is kept and said at the end."""
        count, first = self.clashes.get(what, (0, example))
        self.clashes[what] = count + 1, first

    def balance(self, cause: str | None) -> None:
        """Book what is left over under *cause*, for a step that leaves that to the ledger."""
        if cause is not None:
            rest = self.points_in + self.made - self.points_out - self.taken.total()
            if rest >= 0:
                self.take(cause, rest)
            else:
                self.made -= rest

    def add(self, other: Account) -> None:
        """Book what *other* has booked, of the points behind those here."""
        self.points_in += other.points_in
        self.points_out += other.points_out
        self.made += other.made
        self.taken += other.taken
        for what, (count, example) in other.clashes.items():
            known, first = self.clashes.get(what, (0, example))
            self.clashes[what] = known + count, first
        if self.looked < SAMPLE:
            self.looked += other.looked
            self.fields += other.fields

    def taken_out(self) -> Account:
        """What was booked so far, as an account of its own; this one begins anew."""
        booked = copy(self)
        self.points_in = self.points_out = self.made = self.looked = 0
        self.taken, self.clashes, self.fields = Counter(), {}, Counter()
        return booked

    @property
    def adds_up(self) -> bool:
        """Whether no point was lost and none doubled."""
        return self.points_in + self.made == self.points_out + self.taken.total()


class Refusal(NamedTuple):
    """A record that is kept out of the stream, and its place."""

    reason: str
    file: str | None
    line: int | None
    raw: str | None
    point: Point | None


@dataclass(slots=True)
class Elsewhere:
    """What a process that reads a part of a stream leaves to the one that has begun it."""

    refused: list[Refusal] = field(default_factory=list)
    unshown: Counter[bool] = field(default_factory=Counter)
    """How many more were refused of which only the number matters; of points, and of what never became one."""
    lines: dict[str, int] = field(default_factory=dict)
    """How many lines there were in its part of each file."""
    taken_for: dict[str, str] = field(default_factory=dict)
    """Which format each input was taken for, where nothing said it."""


def taken_for(format: str) -> str:
    """What is said of an input that was taken for this format ('': none was told), where something is wrong with it."""
    if not format:
        return (
            "was read as jsonl, as neither its name nor its first lines tell another format; format='lines' reads text"
        )
    return f"was read as {format}, as its first lines look like that; format= says otherwise"


@dataclass(slots=True)
class Report:
    """What a run did: points read, written, rejected and late, seconds, and the ledger."""

    read: int = 0
    bytes_read: int = 0  # of inputs whose size may be known, for the progress bar
    files: int = 0  # that sinks wrote
    seconds: float = 0.0
    rejected: int = 0  # under errors='warn': these make the exit status 3
    unkept: int = 0  # of the rejected, those that no rejects file has
    skipped: int = 0  # under errors='skip'
    interrupted: bool = False
    accounts: list[Account] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)  # what memory() kept
    taken_for: dict[str, str] = field(default_factory=dict, repr=False)  # format of each input that had none said
    doubtful: str | None = field(default=None, repr=False)  # the first of these that a record of was rejected
    elsewhere: Elsewhere | None = field(default=None, repr=False)  # where another process than the user's reads

    def _taken(self, cause: str) -> int:
        return sum(account.taken[cause] for account in self.accounts)

    @property
    def written(self) -> int:
        """Points that a sink took."""
        return self._taken("written")

    @property
    def late(self) -> int:
        """Points that came after their window had closed."""
        return self._taken("late")

    @property
    def limited(self) -> int:
        """Points that head, tail and skip left out."""
        return self._taken("limited")

    @property
    def adds_up(self) -> bool:
        """Whether every step's account adds up."""
        return all(account.adds_up for account in self.accounts)

    @property
    def status(self) -> int:
        """The exit status: 0, 1 where the ledger does not add up, 3 where records were rejected."""
        return 0 if self.interrupted else 1 if not self.adds_up else 3 if self.rejected else 0

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, as `--stats=json` prints it."""
        speed = round(self.read / self.seconds) if self.seconds else 0
        return {
            "read": self.read,
            "written": self.written,
            "rejected": self.rejected + self.skipped,
            "late": self.late,
            "limited": self.limited,
            "files": self.files,
            "seconds": round(self.seconds, 3),
            "points_per_second": speed,
            "adds_up": self.adds_up,
            "steps": [
                {
                    "step": a.step,
                    "in": a.points_in,
                    "made": a.made,
                    "out": a.points_out,
                    "taken": dict(sorted(a.taken.items())),
                }
                for a in self.accounts
            ],
        }

    def __str__(self) -> str:
        d = self.as_dict()
        written = f"{d['written']:,} written" + (f" to {d['files']:,} files" if d["files"] > 1 else "")
        lines = [
            f"{d['read']:,} read, {written}, {d['rejected']:,} rejected, {d['late']:,} late, "
            f"{d['limited']:,} left out by limits; {d['seconds']:.3f} s, {d['points_per_second']:,} points/s"
        ]
        for a in self.accounts:
            parts = [f"in {a.points_in:,}"] if a.points_in else []
            parts += [f"made {a.made:,}"] if a.made else []
            parts += [f"out {a.points_out:,}"]
            parts += [f"{cause} {n:,}" for cause, n in sorted(a.taken.items())]
            lines.append(f"  {a.step}: {', '.join(parts)}{'' if a.adds_up else '  DOES NOT ADD UP'}")
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What IPython and notebooks show where it is the value of a cell."""
        printer.text(str(self))
