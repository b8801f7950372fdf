"""The terms of an expression, and what each is worth for a point.

This is the plain way to evaluate one: slow, and the truth that the compiled way must equal.  Nothing here raises for
what a point holds: a clash of types is None (False where it is a comparison) and told to the context's `note`.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar, dataclass_transform

from flume.arithmetic import BINARY, COMPARING, UNARY, cut, item, within
from flume.duration import duration
from flume.errors import MomentError
from flume.functions.registry import Function
from flume.point import get, has
from flume.template import plain, shown
from flume.value import thaw

T = TypeVar("T")

COMPARED = "could not be compared"
COMPUTED = "could not be computed"
ORDERING = frozenset({"<", "<=", ">", ">="})

_DATE = re.compile(
    r"\s*([-+]?\s*\d|(now|today|yesterday|tomorrow|beginning|end|this|last|next|in)\b|(mon|tue|wed|thu|fri|sat|sun"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression needs besides the point.

    :param now: the instant of the run, fixed for all of its points.
    :param note: called once for a point with values that clash, with what could not be done and an example.
    """

    now: datetime
    note: Callable[[str, str], None] = lambda what, example: None


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def _term(made: type[T]) -> type[T]:
    # What nobody asks for is not made: it takes most of the time of an import.
    return dataclass(frozen=True, eq=False, repr=False, match_args=False)(made)


@_term
class Term:
    """A part of an expression: *text* is how it was written, *parts* are the terms that it is made of."""

    text: str = field(default="", kw_only=True)
    parts: tuple[Term, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        given = [getattr(self, each.name) for each in fields(self) if each.init]
        object.__setattr__(self, "parts", tuple(_terms(given)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text}>"

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        """What the term is worth."""
        raise NotImplementedError

    def walk(self) -> Iterator[Term]:
        """This term and all that it is made of."""
        yield self
        for part in self.parts:
            yield from part.walk()


@_term
class Constant(Term):
    """A value that the program gives."""

    constant: Any

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return self.constant


@_term
class Field(Term):
    """The value of a field, dotted where it is nested."""

    name: str

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return get(point, self.name)


@_term
class Whole(Term):
    """The point itself."""

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return point


@_term
class Has(Term):
    """Whether the point has the field."""

    name: str

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return has(point, self.name)


@_term
class Listing(Term):
    """A new list of values."""

    items: tuple[Term, ...]

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return [each.value(point, context) for each in self.items]


@_term
class Record(Term):
    """A new dict of values."""

    names: tuple[str, ...]
    items: tuple[Term, ...]

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return {name: each.value(point, context) for name, each in zip(self.names, self.items, strict=True)}


@_term
class Fresh(Term):
    """A list or dict that the program gives: a new one for each point."""

    constant: Any

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        return thaw(self.constant)


@_term
class Filled(Term):
    """Text with values in it: *pieces* of text, and between any two the value of a term, shown in a format."""

    pieces: tuple[str, ...]
    items: tuple[Term, ...]
    formats: tuple[str, ...]

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        values = [each.value(point, context) for each in self.items]
        try:
            return "".join(chain(*zip(self.pieces, map(shown, values, self.formats), strict=False), self.pieces[-1:]))
        except Exception:  # Python prints no integer of thousands of digits
            return _clash(context, COMPUTED, self, zip(self.items, values, strict=True))


@_term
class Strict(Term):
    """A term that is calculated from its *operands*, and None if one of them is None (unless it is not *strict*)."""

    operands: tuple[Term, ...] = field(init=False, repr=False)
    strict: bool = field(init=False, repr=False, default=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "operands", self.parts)

    def calculate(self, values: list[Any], now: datetime) -> Any:
        """The value, given those of the operands."""
        raise NotImplementedError

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        operands, values = self.operands, []
        for operand in operands:
            value = operand.value(point, context)
            if value is None and self.strict:
                return None
            values.append(value)
        try:
            return self.calculate(values, context.now)
        except Exception:
            return _clash(context, COMPUTED, self, zip(operands, values, strict=True))


@_term
class Arithmetic(Strict):
    """Two operands, or one where *left* is None.  Its operands are the leaves of the whole formula."""

    operator: str
    left: Term | None
    right: Term

    def __post_init__(self) -> None:
        super().__post_init__()
        leaves = (part.operands if isinstance(part, Arithmetic) else (part,) for part in self.parts)
        object.__setattr__(self, "operands", tuple(chain.from_iterable(leaves)))

    def calculate(self, values: list[Any], now: datetime) -> Any:
        return self._compute(iter(values))

    def _compute(self, values: Iterator[Any]) -> Any:
        numbers = [part._compute(values) if isinstance(part, Arithmetic) else next(values) for part in self.parts]
        return UNARY[self.operator](*numbers) if self.left is None else BINARY[self.operator](*numbers)


@_term
class Comparison(Term):
    """`first op term op term …`, each compared with the one before it."""

    first: Term
    links: tuple[tuple[str, Term], ...]

    def value(self, point: Mapping[str, Any], context: Context) -> bool:
        left_term, left = self.first, self.first.value(point, context)
        for operator, right_term in self.links:
            if left is None and operator in ORDERING:
                return False
            right = right_term.value(point, context)
            if right is None and operator in ORDERING:
                return False
            a, b = said(left_term, left, right, context.now), said(right_term, right, left, context.now)
            try:
                if not COMPARING[operator](a, b):
                    return False
            except Exception:
                _clash(context, COMPARED, self, ((left_term, left), (right_term, right)))
                return False
            left_term, left = right_term, right
        return True


@_term
class Membership(Term):
    """`term in container`, or `not in`.  Nothing is in a container that is missing."""

    term: Term
    container: Term
    negated: bool

    def value(self, point: Mapping[str, Any], context: Context) -> bool:
        container = self.container.value(point, context)
        if container is None:
            return self.negated
        value = self.term.value(point, context)
        try:
            return within(value, container) is not self.negated
        except Exception:
            _clash(context, COMPARED, self, ((self.term, value), (self.container, container)))
            return False


@_term
class Logic(Term):
    """`and` or `or` of several terms, as Python has them: the value is that of the last one looked at."""

    operator: str
    terms: tuple[Term, ...]

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        for term in self.terms:
            value = term.value(point, context)
            if bool(value) is (self.operator == "or"):
                break
        return value


@_term
class Not(Term):
    """`not`."""

    term: Term

    def value(self, point: Mapping[str, Any], context: Context) -> bool:
        return not self.term.value(point, context)


@_term
class Choice(Term):
    """`then if condition else otherwise`."""

    condition: Term
    then: Term
    otherwise: Term

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        chosen = self.then if self.condition.value(point, context) else self.otherwise
        return chosen.value(point, context)


@_term
class Call(Strict):
    """A function of terms; the last of them go by *names*."""

    function: Function
    arguments: tuple[Term, ...]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "strict", self.function.strict)

    def calculate(self, values: list[Any], now: datetime) -> Any:
        count = len(values) - len(self.names)
        named = dict(zip(self.names, values[count:], strict=True))
        if self.function.now:
            named["now"] = now
        return self.function.call(*values[:count], **named)


@_term
class Item(Strict):
    """`container[index]`; None where there is nothing."""

    container: Term
    index: Term

    def calculate(self, values: list[Any], now: datetime) -> Any:
        return item(*values)


@_term
class Slice(Strict):
    """`container[start:stop:step]`; a bound that is left out is no term."""

    container: Term
    bounds: tuple[Term | None, Term | None, Term | None]

    def calculate(self, values: list[Any], now: datetime) -> Any:
        given = iter(values[1:])
        return cut(values[0], *(None if bound is None else next(given) for bound in self.bounds))


def _terms(values: Iterable[Any]) -> Iterator[Term]:
    for value in values:
        if isinstance(value, Term):
            yield value
        elif isinstance(value, tuple):
            yield from _terms(value)


def looks_like_date(value: Any) -> bool:
    """Whether a constant is text that may say a time or a duration: it begins as one does."""
    return isinstance(value, str) and _DATE.match(value) is not None


def said(term: Term, value: Any, other: Any, now: datetime) -> Any:
    """The value of a term beside another: a constant text is a time beside a time, a duration beside a timedelta."""
    if isinstance(term, Constant) and isinstance(other, (datetime, timedelta)) and looks_like_date(value):
        kind: Any = type(other)
        return reading(value, kind, now)
    return value


@lru_cache(maxsize=1024)
def reading(text: str, kind: type[Any], now: datetime) -> Any:
    """The time (or fixed duration) that a text says beside a value of this kind; the text itself if it says none."""
    from flume.moment import date

    try:
        if issubclass(kind, datetime):
            return date(text, now=now)
        if issubclass(kind, timedelta) and (span := duration(text)).fixed:
            return span.delta
    except MomentError:
        pass
    return text


def _clash(context: Context, what: str, term: Term, operands: Any) -> None:
    values = {part.text: value for part, value in operands if not isinstance(part, Constant)}
    context.note(what, example_of(values) or term.text)


def example_of(values: Mapping[str, Any]) -> str:
    """Values that clash, as they are told to the user: `status='n/a', n=1`."""
    return ", ".join(f"{text}={_shown(value)}" for text, value in values.items())


def _shown(value: Any) -> str:
    if isinstance(value, (datetime, timedelta)):
        return plain(value)
    if isinstance(value, str) and len(value) <= 40:
        return repr(value)
    try:
        return reprlib.repr(value)
    except ValueError:  # Python does not print integers of thousands of digits
        return "…"
