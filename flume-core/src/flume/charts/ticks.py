"""Ticks: round numbers and round times on an axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from flume.viewing import Axis, Tick

MOST = 8  # ticks of an axis of times
_EXACT = 2**53  # larger whole numbers are no whole numbers to what draws
_STEPS = (1, 2, 2.5, 5, 10)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SECONDS = (
    *(base * 10.0**power for power in range(-6, 0) for base in (1, 2, 5)),
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, *(12 * base * 10**power for power in range(4) for base in (1, 2, 5)))


def step(span: float, most: int = 7) -> float:
    """The least of 1, 2, 2.5, 5, 10, … (and a tenth of these, and so on) that fits into *span* no more than so often.

    >>> step(31, 5), step(0.9, 5)
    (10, 0.2)
    """
    least = span / most
    power = math.floor(math.log10(least)) if least > 0 else 0
    for base in _STEPS:
        found = base * 10.0**power
        if found >= least * (1 - 1e-9):
            return int(found) if found.is_integer() and found < _EXACT else found
    return 10.0 ** (power + 1)


def numbers(
    label: str,
    values: tuple[float, float],
    text: Callable[[float], str],
    *,
    asked: tuple[float, float] | None = None,
    rounded: bool = True,
) -> Axis:
    """An axis of numbers from the least to the greatest of *values*, *rounded* to the next ticks; or just as *asked*.

    >>> numbers("days", (0, 31), str).ticks[-1], numbers("", (0, 31), str, asked=(0, 40)).high
    (Tick(value=35, text='35'), 40)
    """
    low, high = values if asked is None else asked
    if low == high:
        low, high = (low - 1, high + 1) if low else (0, 1)
    each = step(high - low)
    first, last = math.floor(low / each + 1e-9), math.ceil(high / each - 1e-9)
    if asked is None and rounded:
        low, high = min(low, first * each), max(high, last * each)
    ticks = (_rounded(number * each, each) for number in range(first, last + 1))
    return Axis(label, "number", low, high, tuple(Tick(tick, text(tick)) for tick in ticks if low <= tick <= high))


def times(label: str, low: float, high: float) -> Axis:
    """An axis of times, in seconds since 1970; its label says the day that it begins on, where the ticks do not.

    >>> axis = times("", 1468713600, 1468717200)
    >>> [tick.text for tick in axis.ticks][:3], axis.label
    (['Jul 17', '00:10', '00:20'], '2016-07-17 (UTC)')
    """
    if low == high:
        low, high = low - 1, high + 1
    span = high - low
    seconds = next((each for each in _SECONDS if span / each <= MOST), None)
    if seconds is None or seconds > 14 * _DAY:
        ticks = tuple(_calendar(low, high))
        form = "%Y" if all(at.month == 1 for at in map(_moment, ticks)) else "%b %Y"
        return Axis(label or "time (UTC)", "time", low, high, tuple(Tick(t, _moment(t).strftime(form)) for t in ticks))
    first = math.ceil(low / seconds - 1e-9)
    shown = [number * seconds for number in range(first, math.floor(high / seconds + 1e-9) + 1)]
    texts = [_text(tick, seconds) for tick in shown]
    for place, tick in enumerate(shown):
        if texts[place] in texts[:place]:  # the same hour of another day: a view may leave out the text that names it
            texts[place] = f"{_text(tick, _DAY)} {texts[place]}"
    day = f"{_moment(low):%Y-%m-%d} (UTC)" if seconds < _DAY else f"{_moment(low):%Y} (UTC)"
    return Axis(label or day, "time", low, high, tuple(map(Tick, shown, texts)))


def categories(label: str, texts: list[str]) -> Axis:
    """An axis of categories, each at its number.

    >>> categories("", ["Jan", "Feb"]).high
    1.5
    """
    ticks = tuple(Tick(place, text) for place, text in enumerate(texts))
    return Axis(label, "category", -0.5, len(texts) - 0.5, ticks)


def _rounded(value: float, each: float) -> float:
    """Without what adding up has left behind the last figure."""
    if isinstance(value, int):
        return value
    return round(value, max(0, 2 - math.floor(math.log10(each))))


def _moment(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _text(tick: float, seconds: float) -> str:
    at = _moment(tick)
    if seconds >= _DAY or (tick % _DAY == 0 and seconds >= _MINUTE):
        return f"{at:%b} {at.day}"
    if seconds >= _MINUTE:
        return f"{at:%H:%M}"
    places = max(0, -math.floor(math.log10(seconds) + 1e-9))
    return f"{at:%H:%M:%S}" + (f".{at.microsecond:06}"[: places + 1] if places else "")


def _calendar(low: float, high: float) -> Iterator[float]:
    """The beginnings of months or years."""
    begin, end = _moment(low), _moment(high)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    each = next(step for step in _MONTHS if months / step <= MOST)
    number = -(-(begin.year * 12 + begin.month - 1) // each) * each
    while number < 12 * (end.year + 1):
        tick = datetime(max(1, number // 12), number % 12 + 1, 1, tzinfo=UTC).timestamp()
        if tick > high:
            return
        if tick >= low:
            yield tick
        number += each
