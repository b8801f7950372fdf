"""Query: what an expression of flume says, in the query DSL.

    status >= 500 and host == 'web1'
    {"bool": {"filter": [{"range": {"status": {"gte": 500}}}, {"term": {"host": "web1"}}]}}

It finds exactly the documents that the expression is true of, where the index has the values of its fields (`proof`).
Values go into it as JSON, never as text of a query.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from math import floor, inf, nextafter
from typing import Any, TypeAlias

from flume.terms import (
    Call,
    Comparison,
    Constant,
    Context,
    Field,
    Has,
    Listing,
    Logic,
    Membership,
    Not,
    Term,
    Whole,
    looks_like_date,
    reading,
)
from flume_adapter_elastic.mapping import key_of_text
from flume_adapter_elastic.proof import Indexed
from flume_adapter_elastic.time_order import milliseconds

Query: TypeAlias = dict[str, Any]
Fields: TypeAlias = Callable[[str, Any], "Indexed | None"]
"""How the index has a field that is compared with this value; None where it has none, or not as it is written."""

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=", "is": "is", "is not": "is not"}
_NOTHING: Query = {"match_none": {}}
_LONGS = range(-(2**63), 2**63 - 1)


def query_of(term: Term, fields: Fields, now: datetime) -> Query | None:
    """The query that finds what *term* is true of; None where there is none that surely does.

    >>> from flume import expr
    >>> query_of(expr("status == 404").tree, lambda name, value: Indexed(name, "long"), datetime.now())
    {'term': {'status': 404}}
    """
    if isinstance(term, Logic):
        queries = [query_of(each, fields, now) for each in term.terms]
        found = [query for query in queries if query is not None]
        return None if len(found) < len(queries) else all_of(found) if term.operator == "and" else any_of(found)
    if isinstance(term, Not):
        return _not(query_of(term.term, fields, now))
    if isinstance(term, Comparison):
        links = [_link(left, operator, right, fields, now) for left, operator, right in links_of(term)]
        found = [query for query in links if query is not None]
        return all_of(found) if len(found) == len(links) else None
    if isinstance(term, Membership):
        return _membership(term, fields, now)
    if isinstance(term, Field):
        here = fields(term.name, True)
        return None if here is None or here.kind != "boolean" else {"term": {here.key: True}}
    return None


def fields_guessed(name: str, value: Any) -> Indexed | None:
    """How an index of flume's would have a field that is compared with this value.

    >>> fields_guessed('host', 'web1')
    Indexed(key='host', kind='text')
    """
    if name == "time":
        return Indexed(name, "date")
    if isinstance(value, bool):
        return Indexed(name, "boolean")
    if isinstance(value, (int, float)):
        return Indexed(name, "long" if isinstance(value, int) else "double")
    return Indexed(key_of_text(name), "text")


def links_of(comparison: Comparison) -> Iterator[tuple[Term, str, Term]]:
    """The comparisons of a chain, with a field to the left where there is one."""
    left = comparison.first
    for operator, right in comparison.links:
        yield (left, operator, right) if isinstance(left, Field) else (right, _MIRRORED[operator], left)
        left = right


def value_beside(term: Term, now: datetime) -> Any:
    """What stands beside a field, where it is the same for every point of a run: else a term, which is no value."""
    for part in term.walk():
        if isinstance(part, (Field, Has, Whole)):
            return term
        if isinstance(part, Call) and not (part.function.pure and part.function.own):
            return term
    return term.value({}, Context(now))


def _link(left: Term, operator: str, right: Term, fields: Fields, now: datetime) -> Query | None:
    """One comparison of a chain: a field with a value that is known."""
    value = value_beside(right, now)
    here = fields(left.name, value) if isinstance(left, Field) else None
    if here is None:
        return None
    if not isinstance(right, Constant) and (value is None or (here.kind == "date" and isinstance(value, str))):
        return None  # only a text that stands there says a time
    if value is None:
        given: Query = {"exists": {"field": here.key}}
        return _not(given) if operator in ("==", "is") else given if operator in ("!=", "is not") else None
    if operator in ("is", "is not"):
        return None
    return _not(_compared(here, "==", value, now)) if operator == "!=" else _compared(here, operator, value, now)


def _membership(term: Membership, fields: Fields, now: datetime) -> Query | None:
    if not isinstance(term.term, Field) or not isinstance(term.container, Listing):
        return None
    field = term.term
    found = [_link(field, "==", item, fields, now) for item in term.container.items]
    queries = [query for query in found if query is not None]
    if len(queries) < len(found) or not queries:
        return None
    return _not(any_of(queries)) if term.negated else any_of(queries)


def _compared(here: Indexed, operator: str, value: Any, now: datetime) -> Query | None:
    """What compares so with a value that is not None."""
    if here.kind == "date":
        return _dated(here.key, operator, value, now)
    if here.kind == "boolean":
        return {"term": {here.key: value}} if isinstance(value, bool) and operator == "==" else None
    if here.kind == "text":
        return _text(here.key, operator, value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _long(here.key, operator, value) if here.kind == "long" else _double(here.key, operator, value)


def _text(key: str, operator: str, value: Any) -> Query | None:
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        return None
    if operator == "==":
        return {"term": {key: value}}
    return _range(key, **{_BOUND[operator]: value})


def _long(key: str, operator: str, value: int | float) -> Query | None:
    if operator == "==":
        if value != floor(value):
            return _NOTHING
        return {"term": {key: int(value)}} if int(value) in _LONGS else None
    # between two whole numbers there is none
    bound = floor(value) + (operator == ">" or (operator == ">=" and value != floor(value)))
    bound -= operator == "<" and value == floor(value)
    return _range(key, **{"gte" if operator in (">", ">=") else "lte": bound}) if bound in _LONGS else None


def _double(key: str, operator: str, value: int | float) -> Query | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    if number != value:  # a whole number that no float is equal to
        return None
    # the server takes -0.0 for less than 0.0
    least, most = number or -0.0, number or 0.0
    if operator == "==":
        return _range(key, gte=least, lte=most)
    if operator in (">", ">="):
        return _range(key, gte=nextafter(number, inf) if operator == ">" else least)
    return _range(key, lte=nextafter(number, -inf) if operator == "<" else most)


def _dated(key: str, operator: str, value: Any, now: datetime) -> Query | None:
    moment = reading(value, datetime, now) if looks_like_date(value) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    within, whole = milliseconds(moment), moment.microsecond % 1000 == 0
    if operator == "==":
        return _range(key, gte=within, lte=within, format="epoch_millis") if whole else _NOTHING
    # the times that are compared are whole milliseconds
    if operator in (">", ">="):
        return _range(key, gte=within + (operator == ">" or not whole), format="epoch_millis")
    return _range(key, lte=within - (operator == "<" and whole), format="epoch_millis")


_BOUND = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


def _range(key: str, **bounds: Any) -> Query:
    return {"range": {key: bounds}}


def as_lines(query: Query) -> list[str]:
    """A query to be read."""
    return json.dumps(query, indent=2, ensure_ascii=False).splitlines()


def all_of(queries: list[Query]) -> Query:
    """What all of some queries find."""
    return queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}


def any_of(queries: list[Query]) -> Query:
    """What any of some queries finds."""
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _not(query: Query | None) -> Query | None:
    return None if query is None else {"bool": {"must_not": query}}
