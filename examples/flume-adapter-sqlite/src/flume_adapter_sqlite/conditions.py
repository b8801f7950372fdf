"""Conditions: what an expression of flume says, in SQL.

    n > 3 and host == 'a'
    CASE (CASE typeof(+n) WHEN 'null' THEN 0 WHEN 'text' THEN NULL WHEN 'blob' THEN NULL ELSE +n > ? END)
    WHEN 1 THEN (CASE typeof(+host) WHEN 'text' THEN +host = ? COLLATE BINARY WHEN 'blob' THEN NULL ELSE 0 END)
    WHEN 0 THEN 0 END

Its value is 1 where the expression is surely true, 0 where it is surely false, and NULL where SQLite cannot tell: where
the value is one that it has no type for, or one that flume says that it could not compare.  Values are parameters, and
never part of the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from flume.flow import Step
from flume.procs.filter import filter
from flume.terms import Comparison, Constant, Field, Listing, Logic, Membership, Not, Term
from flume_adapter_sqlite.database import Table, is_text
from flume_adapter_sqlite.values import LARGEST, SMALLEST, Stored

MOST = 20_000
"""Characters of SQL for an expression, at most: SQLite takes no more than so many terms inside each other."""

_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Unsayable(Exception):
    """What SQLite would answer otherwise, or not at all."""


@dataclass
class Condition:
    """SQL, and the values of its parameters."""

    text: str
    values: list[Stored] = field(default_factory=list)


def condition_of(steps: tuple[Step, ...], table: Table | None) -> Condition | None:
    """The condition that all of some filters pass a row of the table; None where SQLite cannot say it.

    Without a *table* it is taken to have all columns, and no name.

    >>> condition_of((filter("n == 'a'"),), Table('t', ('n',), 'rowid')).values
    ['a']
    """
    writer = _Writer(table)
    try:
        texts = [writer.said(step) for step in steps]
        text = _all_of(texts) if texts else "1"
    except Unsayable:
        return None
    return Condition(text, writer.values) if len(text) <= MOST else None


def column_of(name: str, table: Table | None) -> str:
    """The value of a field, in SQL; `Unsayable` where it is in another one, or read as a time."""
    if name == "time":
        raise Unsayable
    if table is None:
        return f'+"{name}"'
    if name in table.columns:
        return table.column(name)
    if any(name.startswith(f"{column}.") for column in table.columns):
        raise Unsayable
    return "NULL"


class _Writer:
    def __init__(self, table: Table | None) -> None:
        self.table = table
        self.values: list[Stored] = []

    def said(self, step: Step) -> str:
        parsed = step.parsed() if isinstance(step, filter) else None
        if parsed is None:
            raise Unsayable
        return self.term(parsed.tree)

    def term(self, term: Term) -> str:
        if isinstance(term, Logic):
            texts = list(map(self.term, term.terms))
            return _all_of(texts) if term.operator == "and" else _any_of(texts)
        if isinstance(term, Not):
            return f"(NOT {self.term(term.term)})"
        if isinstance(term, Comparison):
            return _all_of([self.link(*link) for link in _links(term)])
        if isinstance(term, Membership) and isinstance(term.container, Listing):
            texts = [self.link(term.term, "==", item) for item in term.container.items]
            found = _any_of(texts) if texts else "0"
            return f"(NOT {found})" if term.negated else found
        raise Unsayable

    def link(self, left: Term, operator: str, right: Term) -> str:
        """One comparison, of a field with a constant."""
        if isinstance(left, Constant):
            left, operator, right = right, _MIRRORED.get(operator, operator), left
        if not isinstance(left, Field) or not isinstance(right, Constant):
            raise Unsayable
        column = column_of(left.name, self.table)
        if operator in ("!=", "is not"):
            return f"(NOT {self.equal(column, '==' if operator == '!=' else 'is', right.constant)})"
        if operator in ("==", "is"):
            return self.equal(column, operator, right.constant)
        return self.ordered(column, operator, right.constant)

    def equal(self, column: str, operator: str, value: object) -> str:
        if value is None:
            return _case(column, null="1", text="0", other="0")
        if operator == "is":
            raise Unsayable
        if isinstance(value, str):
            if not is_text(value):
                raise Unsayable
            self.values.append(value)
            return _case(column, null="0", text=f"{column} = ? COLLATE BINARY", other="0")
        self.values.append(_number(value))
        return _case(column, null="0", text="0", other=f"{column} = ?")

    def ordered(self, column: str, operator: str, value: object) -> str:
        self.values.append(_number(value))
        return _case(column, null="0", text="NULL", other=f"{column} {_OPERATORS[operator]} ?")


def _case(column: str, *, null: str, text: str, other: str) -> str:
    """What is asked of a value of each type."""
    kinds = f"WHEN 'null' THEN {null} WHEN 'text' THEN {text} WHEN 'blob' THEN NULL ELSE {other}"
    return f"(CASE typeof({column}) {kinds} END)"


def _all_of(texts: list[str]) -> str:
    """As Python's `and`: the next one is only asked where the one before is true."""
    *before, text = texts
    for one in reversed(before):
        text = f"(CASE {one} WHEN 1 THEN {text} WHEN 0 THEN 0 END)"
    return text


def _any_of(texts: list[str]) -> str:
    *before, text = texts
    for one in reversed(before):
        text = f"(CASE {one} WHEN 0 THEN {text} WHEN 1 THEN 1 END)"
    return text


def _number(value: object) -> Stored:
    """A number that SQLite has: true and false are compared as 1 and 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and SMALLEST <= value <= LARGEST:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise Unsayable


def _links(comparison: Comparison) -> Iterator[tuple[Term, str, Term]]:
    left = comparison.first
    for operator, right in comparison.links:
        yield left, operator, right
        left = right
