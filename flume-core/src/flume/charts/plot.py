"""Plot: gathers points, and makes a chart of those that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flume.errors import SinkError
from flume.flow import Batch, Point
from flume.point import getter
from flume.report import Account
from flume.viewing import Chart, Kind

OTHER = "other"
LARGEST = 1e300  # what is larger breaks what draws, as infinity does


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked of a chart, whatever it is of.

    :param x: the field of categories, or of x. :param y: the field of values; None: the only one there is.
    :param kept: how many points (of each line) or categories, or how long, are kept.
    """

    word: str
    kind: Kind
    title: str
    xlabel: str | None
    ylabel: str | None
    x: str
    y: str | None
    series: str
    kept: int | timedelta
    max_series: int
    xrange: tuple[float, float] | None
    yrange: tuple[float, float] | None
    form: str
    palette: tuple[str, ...]
    horizontal: bool = False
    gap: float | None = None


class Plot:
    """The state of a chart."""

    def __init__(self, asked: Asked, account: Account) -> None:
        self.asked = asked
        self.folded = 0
        """How many series the last chart has under `other`."""
        self._account = account
        self._y = asked.y
        self._of_x, self._of_series = getter(asked.x), getter(asked.series)

    def take(self, batch: Batch) -> None:
        """Take points, in their order."""
        raise NotImplementedError

    def chart(self, columns: int) -> Chart | None:
        """The chart of the points so far, lines thinned to so many columns; None where there is nothing to draw."""
        raise NotImplementedError

    def _of_value(self, batch: Batch) -> Callable[[Point], Any]:
        """What gets the value of a point: `value` where the first has one, else the only field that is a number."""
        if self._y is None and batch:
            first = batch[0]
            taken = {"time", self.asked.x, self.asked.series}
            numeric = [name for name, value in first.items() if name not in taken and number_of(value) is not None]
            if "value" not in first and len(numeric) != 1:
                found = f"{', '.join(numeric)} are numbers" if numeric else "no field is a number"
                option = "value" if self.asked.kind in ("bar", "pie") else "yvalue"
                raise SinkError(f"{self.asked.word}: which field is to be drawn? {found}; say {option}='…'")
            self._y = "value" if "value" in first else numeric[0]
        return getter(self._y or "value")

    def _numbers(self, values: list[Any]) -> list[float | None]:
        """The values of points, as `_number` has each."""
        if set(map(type, values)) <= {float, int}:  # as nearly always: without a call for each
            return [value if -LARGEST < value < LARGEST else self._number(value) for value in values]
        return list(map(self._number, values))

    def _number(self, value: Any) -> float | None:
        """The value of a point; what is no number is a hole, and counted."""
        number = number_of(value)
        if number is None and value is not None:
            self._account.note("had no number to draw", f"{self._y}={value!r}"[:80])
        return number


def number_of(value: Any) -> float | None:
    """The value, if it is a number that can be drawn.

    >>> number_of(1), number_of(True), number_of('1'), number_of(float('nan')), number_of(10**400)
    (1, None, None, None, None)
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and -LARGEST < value < LARGEST:
        return value
    return None


def largest(totals: Mapping[Any, float], most: int) -> tuple[list[Any], list[Any]]:
    """The keys of the largest totals, in the order they are given, and the rest, so that there are no more than *most*.

    >>> largest({'a': 1, 'b': 5, 'c': 3}, 2)
    (['b'], ['a', 'c'])
    """
    if len(totals) <= most:
        return list(totals), []
    best = set(sorted(totals, key=totals.__getitem__, reverse=True)[: most - 1])
    return [key for key in totals if key in best], [key for key in totals if key not in best]


def spread(values: Sequence[float], *, zero: bool) -> tuple[float, float]:
    """From the least to the greatest of the values, and *zero* among them."""
    values = [*values, 0] if zero else values
    return min(values), max(values)
