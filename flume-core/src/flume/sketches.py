"""Sketches: what is told of many values in little room, within a bound; with datasketches, a library of Apache.

A sketch is kept as bytes, none where there was no value: it is never changed, and can be sent to another process.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence, Set
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flume.duration import EPOCH
from flume.errors import OptionError
from flume.keeping import Column, column, joined

if TYPE_CHECKING:
    from datasketches import hll_sketch, tdigest_double

WAITING: Final = 2048
"""So many values are not condensed, and the answer is exact where there are fewer."""

_LOG_REGISTERS: Final = 14
_CENTROIDS: Final = 1000
_LONGS: Final = range(-(2**63), 2**63)
_TAG: Final = "\0"  # of what the library does not tell apart
_LARGEST: Final = 1e290  # sums of larger ones would be infinite on the way
_UNIT: Final = timedelta(microseconds=1)
_EARLIEST: Final = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _UNIT
_LATEST: Final = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _UNIT


def check_sketches(word: str) -> None:
    """An `OptionError` where the library is not installed."""
    if find_spec("datasketches") is None:
        raise OptionError(f"{word}: approx=True needs one more package: pip install 'flume-core[sketches]'")


# -- how many different values: HyperLogLog --------------------------------------------------------


def with_keys(sketch: bytes, keys: Set[Any]) -> bytes:
    """The sketch with more keys, as `point.keys` gives them.

    >>> distinct(with_keys(with_keys(b'', {'a', 'b'}), {'b', ('bool', True)}))
    3
    """
    if not keys:
        return sketch
    registers = _registers(sketch)
    update = registers.update
    plain = set(map(type, keys)) == {str} and min(keys) > _TAG  # so no empty one, which the library passes over
    try:
        for each in keys if plain else map(_told_apart, keys):
            update(each)
    except TypeError:  # text that is no Unicode
        for each in map(_told_apart, keys):
            update(each)
    return bytes(registers.serialize_compact())


def united(left: bytes, right: bytes) -> bytes:
    """The sketch of the keys of both."""
    return bytes(_union(left, right).serialize_compact()) if left and right else left or right


def distinct(sketch: bytes) -> int:
    """How many different keys there were.

    Of the sketch alone the library says what depends on the order of the keys, too; of a union with itself, what does
    not: so it is the same however the input was cut.
    """
    return round(_union(sketch, sketch).get_estimate()) if sketch else 0


def _registers(sketch: bytes) -> hll_sketch:
    from datasketches import HLL_8, hll_sketch

    return hll_sketch.deserialize(sketch) if sketch else hll_sketch(_LOG_REGISTERS, HLL_8)


def _union(*sketches: bytes) -> hll_sketch:
    from datasketches import HLL_8, hll_union

    union = hll_union(_LOG_REGISTERS)
    for sketch in sketches:
        union.update(_registers(sketch))
    return union.get_result(HLL_8)


def _told_apart(key: Hashable) -> str | int | float:
    """What the library is given for a key: the same for those that are equal, and for no others."""
    if isinstance(key, float):
        if not key.is_integer():
            return key
        key = int(key)
    if (isinstance(key, int) and key in _LONGS) or (isinstance(key, str) and key > _TAG and _is_unicode(key)):
        return key
    return _tagged(key)


def _tagged(key: Hashable) -> str:
    return _TAG + _spelled(key)


def _spelled(key: Hashable) -> str:
    """The key as text, of equal ones the same.

    >>> _spelled(('list', (1.0, 'a', ('dict', frozenset({('b', 2.5)})))))
    "('list',(1,'a',('dict',{('b',2.5)})))"
    """
    if isinstance(key, tuple):
        return f"({','.join(map(_spelled, key))})"
    if isinstance(key, frozenset):
        return f"{{{','.join(sorted(map(_spelled, key)))}}}"
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    return f"{key:x}" if isinstance(key, int) else ascii(key)  # in hexadecimal it may have any number of digits


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# -- which value is at which rank: t-digest --------------------------------------------------------


class Digest(NamedTuple):
    """Numbers and times, of which the last few are *waiting*, as they came.

    Those that are too small or too large for a sketch are counted.
    """

    small: int = 0
    numbers: bytes = b""
    large: int = 0
    times: bytes = b""
    waiting: Column = array("q")

    @property
    def exact(self) -> bool:
        """Whether all values are still waiting."""
        return not any(self[:-1])


def with_values(digest: Digest, values: Sequence[Any]) -> Digest:
    """The digest with more values; so many are condensed at a time that it does not matter how the input was cut."""
    waiting = digest.waiting
    if values:
        waiting = joined(waiting, column(values)) if waiting else column(values)
    if len(waiting) < WAITING:
        return digest._replace(waiting=waiting)
    *full, rest = range(0, len(waiting) + 1, WAITING)
    opened = _Opened(digest)
    for start in full:
        opened.condense(waiting[start : start + WAITING])
    return opened.digest(waiting[rest:])


def merged(left: Digest, right: Digest) -> Digest:
    """The digest of the values of both."""
    if not right.exact:
        opened = _Opened(left)
        opened.merge(_Opened(right))
        left = opened.digest(left.waiting)
    return with_values(left, right.waiting)


def quantiles(digest: Digest, percents: Sequence[float]) -> list[Any]:
    """For each of *percents* a value that about so many do not exceed; numbers are less than times."""
    opened = _Opened(digest)
    opened.condense(digest.waiting)
    return [opened.quantile(p / 100) for p in percents]


class _Opened:
    """What is condensed of a digest, as the library has it."""

    def __init__(self, digest: Digest) -> None:
        self._small, self._large = digest.small, digest.large
        self._numbers, self._times = _tdigest(digest.numbers), _tdigest(digest.times)

    def digest(self, waiting: Column) -> Digest:
        """It as it is kept."""
        return Digest(self._small, _kept(self._numbers), self._large, _kept(self._times), waiting)

    def condense(self, values: Column) -> None:
        """Take some more."""
        times = [] if isinstance(values, array) else [value for value in values if isinstance(value, datetime)]
        numbers = [value for value in values if not isinstance(value, datetime)] if times else values
        if numbers:
            self._numbers.update(self._within(numbers))
            self._numbers.compress()
        if times:
            self._times.update(array("d", [(time - EPOCH) // _UNIT for time in times]))
            self._times.compress()

    def _within(self, numbers: Sequence[Any]) -> array[float]:
        """The numbers that are not too small or too large, which are counted; the library passes over NaN."""
        try:
            if min(numbers) > -_LARGEST and max(numbers) < _LARGEST:
                return array("d", numbers)
        except OverflowError:
            pass
        self._small += sum(number <= -_LARGEST for number in numbers)
        self._large += sum(number >= _LARGEST for number in numbers)
        return array("d", [number for number in numbers if -_LARGEST < number < _LARGEST])

    def merge(self, other: _Opened) -> None:
        """Take those of another."""
        self._small += other._small
        self._large += other._large
        self._numbers.merge(other._numbers)
        self._times.merge(other._times)

    def quantile(self, part: float) -> Any:
        """The value at a part of all."""
        numbers, times = self._numbers, self._times
        kinds = [
            (self._small, lambda part: -inf),
            (numbers.get_total_weight(), numbers.get_quantile),
            (self._large, lambda part: inf),
            (times.get_total_weight(), lambda part: _time(times.get_quantile(part))),
        ]
        rank = part * sum(weight for weight, _ in kinds)
        *before, last = [kind for kind in kinds if kind[0]]
        for weight, quantile in before:
            if rank <= weight:
                return quantile(rank / weight)
            rank -= weight
        weight, quantile = last
        return quantile(min(rank / weight, 1.0))


def _time(microseconds: float) -> datetime:
    """The time that is so many from 1970; the first or last there is, where a float that was rounded is beyond."""
    return EPOCH + min(max(round(microseconds), _EARLIEST), _LATEST) * _UNIT


def _tdigest(kept: bytes) -> tdigest_double:
    from datasketches import tdigest_double

    return tdigest_double.deserialize(kept) if kept else tdigest_double(_CENTROIDS)


def _kept(digest: tdigest_double) -> bytes:
    return b"" if digest.is_empty() else bytes(digest.serialize())
