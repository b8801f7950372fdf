"""Predicate: what a filter asks of one field, simple enough to be answered by the text of a value, before it is read.

A parser that is told of it can leave out what is surely refused: no point is made of it, it is only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from flume.terms import Comparison, Constant, Field, Logic, Term

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is asked of a field: that it compares so to a text, or to each of some numbers.

    A point that fails it is refused without a look at other fields, so nothing is to be said of those.
    """

    field: str
    tests: tuple[tuple[str, int | float | str], ...]


def predicate_of(tree: Term) -> Predicate | None:
    """The predicate that an expression begins with; None where it begins with anything else.

    >>> from flume import expr
    >>> predicate_of(expr("400 <= status < 500 and startswith(path, '/')").tree)
    Predicate(field='status', tests=(('>=', 400), ('<', 500)))
    """
    found = list(_tests(tree))
    if not found:
        return None
    field, _, first = found[0]
    # a test of another field, or of another kind of value, may come to a clash
    same = takewhile(lambda test: test[0] == field and isinstance(test[2], str) == isinstance(first, str), found)
    return Predicate(field, tuple((operator, constant) for _, operator, constant in same))


def _tests(tree: Term) -> Iterator[tuple[str, str, int | float | str]]:
    """The comparisons of a field that must all hold, up to the first thing that is none, in the order they are made."""
    if isinstance(tree, Logic) and tree.operator == "and":
        for term in tree.terms:
            yield from _tests(term)
            if not (isinstance(term, Comparison) and all(map(_is_simple, _pairs(term)))):
                return
    elif isinstance(tree, Comparison):
        for left, operator, right in takewhile(_is_simple, _pairs(tree)):
            if isinstance(left, Field) and isinstance(right, Constant):
                yield left.name, operator, right.constant
            elif isinstance(left, Constant) and isinstance(right, Field):
                yield right.name, _MIRRORED[operator], left.constant


def _pairs(comparison: Comparison) -> Iterator[tuple[Term, str, Term]]:
    left = comparison.first
    for operator, right in comparison.links:
        yield left, operator, right
        left = right


def _is_simple(pair: tuple[Term, str, Term]) -> bool:
    left, operator, right = pair
    field, constant = (left, right) if isinstance(left, Field) else (right, left)
    if not isinstance(field, Field) or not isinstance(constant, Constant):
        return False
    kind = type(constant.constant)
    return operator in _MIRRORED and (kind in (int, float) or (kind is str and operator in ("==", "!=")))
