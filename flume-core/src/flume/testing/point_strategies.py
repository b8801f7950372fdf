"""point_strategies: random points of every kind of value, as far as what keeps them can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flume.flow import Point
from flume.testing.generating import st

Strategy = st.SearchStrategy

WORDS = (
    "",
    " ",
    "a",
    "GET",
    "it's",
    'a "b"',
    "Ünïcödé",
    "日本語",
    "e\u0301",
    "😀",
    "\u202eabc",
    "a,b;c\td",
    "a\nb\r\nc",
    "\\n",
)
LIKE_OTHERS = ("1", "1.0", "-0", "1e5", "0x10", "007", "true", "null", "NaN", "[1]", "{}", "2016-07-17", "b'x'")
"""Texts that read like values of other types."""

BIG = (2**53 + 1, -(2**63), 2**63 - 1)
HUGE = (2**63, -(2**63) - 1, 2**64, 10**40)
FLOATS = (0.0, -0.0, 0.1, 1.0, -1.5, 1e22, 5e-324, 1.7976931348623157e308, 2.0**53)


@dataclass(frozen=True)
class Kept:
    """What can be kept: see the flags of the same names of `RoundTripSuite`."""

    any_text: bool = True
    any_name: bool = True
    tells_case: bool = True
    nulls: bool = True
    nested: bool = True
    huge_integers: bool = True
    mixed: bool = True
    timeless: bool = True
    microseconds: bool = True

    def texts(self) -> Strategy[str]:
        """Texts of any characters, but for halves of surrogate pairs."""
        characters = st.characters(exclude_categories=["Cs"])
        texts = st.text(characters, max_size=20) | st.sampled_from(WORDS)
        if self.any_text:
            return texts | st.sampled_from(LIKE_OTHERS)
        plain = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
        return st.text(plain, max_size=20).map(lambda text: f"x{text}x")

    def integers(self) -> Strategy[int]:
        """Whole numbers, of more than 64 bits too where they are kept."""
        within = st.integers(-(2**63), 2**63 - 1) | st.integers(-10, 10) | st.sampled_from(BIG)
        return within | st.sampled_from(HUGE) if self.huge_integers else within

    def floats(self) -> Strategy[float]:
        """Numbers that JSON has: neither infinite nor NaN."""
        return st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(FLOATS)

    def scalars(self) -> Strategy[Any]:
        """Values that have no values in them."""
        return st.none() | st.booleans() | self.integers() | self.floats() | self.texts()

    def inner(self) -> Strategy[Any]:
        """Lists and dicts, in each other too."""
        return st.recursive(
            self.scalars(),
            lambda inside: st.lists(inside, max_size=3) | st.dictionaries(self.texts(), inside, max_size=3),
            max_leaves=6,
        ).filter(lambda value: isinstance(value, (list, dict)))

    def values(self) -> Strategy[Any]:
        """Values of every kind."""
        return self.scalars() | self.inner() if self.nested else self.scalars()

    def times(self) -> Strategy[datetime]:
        """Times, to the microsecond where they are kept so."""
        times = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
        if self.microseconds:
            return times
        return times.map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000))

    def names(self) -> Strategy[str]:
        """Names of fields, none of which is `time` or has a dot."""
        if self.any_name:
            characters = st.characters(exclude_categories=["Cs"], exclude_characters=".\x00")
            names = st.text(characters, min_size=1, max_size=8) | st.sampled_from(["a", "A", "rowid", "_id", "select"])
        else:
            names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
        if not self.tells_case:
            names = names.map(str.lower)
        return names.filter(lambda name: name.lower() != "time")

    def points(self, *, least: int = 0, most: int = 8) -> Strategy[list[Point]]:
        """Lists of points."""
        fields = self._any_fields() if self.mixed else self._fields_of_one_type()
        timed = st.fixed_dictionaries({"time": self.times()})
        times = timed | st.just({}) if self.timeless else timed
        points = st.tuples(times, fields).map(lambda both: {**both[0], **both[1]})
        return st.lists(points, min_size=least, max_size=most)

    def _any_fields(self) -> Strategy[Mapping[str, Any]]:
        fields = st.dictionaries(self.names(), self.values(), min_size=0 if self.nulls else 1, max_size=5)
        if not self.nulls:
            fields = fields.filter(lambda point: any(value is not None for value in point.values()))
        return fields

    def _fields_of_one_type(self) -> Strategy[Mapping[str, Any]]:
        flat = {
            "text": self.texts(),
            "whole": self.integers(),
            "float": self.floats(),
            "flag": st.booleans(),
            "null": st.none(),
        }
        nested = {"list": st.lists(self.texts(), max_size=3), "object": st.fixed_dictionaries({"in": self.integers()})}
        return st.fixed_dictionaries({"n": self.integers()}, optional={**flat, **(nested if self.nested else {})})
