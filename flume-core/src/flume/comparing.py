"""Comparisons as Python: each operand is evaluated once, and tested for None where the order counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flume.terms import ORDERING, Comparison, Constant, Field, Term, Whole, looks_like_date, reading

if TYPE_CHECKING:
    from flume.compiling import Writer


class Readings(dict[type, Any]):
    """What a constant text says beside a value of each type, found out when it is first needed."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text, self.now = text, now

    def __missing__(self, kind: type) -> Any:
        self[kind] = reading(self.text, kind, self.now)
        return self[kind]


def comparison(writer: Writer, term: Comparison) -> str:
    """The code of a comparison."""
    return _Chain(writer, term).code()


class _Chain:
    """Writes the code of a comparison: each operand is evaluated once, and tested for None where the order counts."""

    def __init__(self, writer: Writer, comparison: Comparison) -> None:
        self.writer = writer
        self.terms = comparison.parts
        self.operators = [operator for operator, _ in comparison.links]
        self.known: dict[int, str] = {}
        self.tests: dict[str, bool] = {}

    def code(self) -> str:
        for place, operator in enumerate(self.operators):
            left, right = (self.operand(at, operator) for at in (place, place + 1))
            self.tests[self.link(place, operator, left, right)] = True
        return f"({' and '.join(self.tests)})"

    def operand(self, place: int, operator: str) -> str:
        """The code of an operand, after the test for None that the operator asks for."""
        term = self.terms[place]
        if place not in self.known:
            code = self.writer.code(term)
            name, test = self.writer.tested(term, code)
            if operator in ORDERING and not something(term):
                self.tests[f"{test} is not None"] = True
            elif name != test:
                neighbours = self.terms[max(place - 1, 0) : place + 2]
                if len(self.operators) == 1 and not any(_says_time(term) for term in neighbours):
                    return code
                # Tested by a comparison that is always true, since it needs a name.
                self.tests[f"({test} is None or True)"] = True
            self.known[place] = name
        elif operator in ORDERING and not something(term):
            self.tests[f"{self.known[place]} is not None"] = True
        return self.known[place]

    def link(self, place: int, operator: str, left: str, right: str) -> str:
        left_term, right_term = self.terms[place], self.terms[place + 1]
        left = self.beside(left_term, left, right_term, right, operator)
        right = self.beside(right_term, right, left_term, self.known.get(place, left), operator)
        return f"{left} {operator} {right}"

    def beside(self, term: Term, code: str, other: Term, other_code: str, operator: str) -> str:
        """The code of a constant text that may say a time, beside another operand."""
        if not isinstance(term, Constant) or not _says_time(term):
            return code
        if isinstance(other, Constant) and isinstance(other.constant, (str, int, float, type(None))):
            return code
        text = term.constant
        if isinstance(other, Field) and other.name == "time" and operator in ORDERING:
            return self.writer.bound("moment", lambda now: reading(text, datetime, now))
        return f"{self.writer.bound('said', lambda now: Readings(text, now))}[{other_code}.__class__]"


def something(term: Term) -> bool:
    """Whether the value of the term is never None."""
    return isinstance(term, Whole) or (isinstance(term, Constant) and term.constant is not None)


def _says_time(term: Term) -> bool:
    return isinstance(term, Constant) and looks_like_date(term.constant)
