"""Fields of a point: reached by name, nested ones with dots (`author.name`), and compared as group keys.

At every level a field whose own name has the dots wins over nesting.  Only dicts are entered, never lists.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import methodcaller
from typing import Any, Final

from flume.errors import OptionError
from flume.report import Point


class _Missing:
    """The type of `MISSING`: no value at all, where None is a value."""

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
DEEPEST: Final = 100
"""Lists and dicts inside each other, at most: what looks into values, and Python itself, does so recursively."""

_OWN_KEYS: Final = frozenset({int, str})

NESTED: Final = frozenset({list, dict})
"""The types of values that can be changed."""


def find(point: Mapping[str, Any], field: str) -> Any:
    """The value of *field*, or `MISSING` where the point has no such field.

    >>> find({'author': {'name': 'Ann'}}, 'author.name'), find({'a': None}, 'a'), find({}, 'a')
    ('Ann', None, MISSING)
    """
    while field not in point:
        name, dot, field = field.partition(".")
        inner = point.get(name) if dot else None
        if not isinstance(inner, dict):
            return MISSING
        point = inner
    return point[field]


def get(point: Mapping[str, Any], field: str) -> Any:
    """The value of *field*; None where it is missing.

    >>> get({'author': {'name': 'Ann'}, 'author.name': 'Bob'}, 'author.name'), get({'author': 'Ann'}, 'author.name')
    ('Bob', None)
    """
    value = find(point, field)
    return None if value is MISSING else value


def has(point: Mapping[str, Any], field: str) -> bool:
    """Whether the point has *field*, be it null.

    >>> has({'a': {'b': None}}, 'a.b'), has({'a': 1}, 'a.b')
    (True, False)
    """
    return find(point, field) is not MISSING


def time_of(point: Mapping[str, Any]) -> datetime | None:
    """When the point was; None of a timeless one, also where its field `time` is no time but mere data.

    >>> time_of({'time': 'noon'}), time_of({})
    (None, None)
    """
    time = point.get("time")
    return time if isinstance(time, datetime) else None


def getter(field: str) -> Callable[[Mapping[str, Any]], Any]:
    """A function that does `get(point, field)`, faster where it is called often.

    >>> getter('author.name')({'author': {'name': 'Ann'}})
    'Ann'
    """
    if "." not in field:
        return methodcaller("get", field)
    name, _, rest = field.partition(".")
    if "." in rest:
        return lambda point: get(point, field)

    def nested(point: Mapping[str, Any]) -> Any:
        if field in point:
            return point[field]
        inner = point.get(name)
        return inner.get(rest) if isinstance(inner, dict) else None

    return nested


def grouping(fields: Sequence[str]) -> Callable[[Mapping[str, Any]], Hashable]:
    """A function that gives the key of the group that a point is in, when points are grouped by *fields*.

    >>> group = grouping(['a', 'b'])
    >>> group({'a': 1, 'b': 2}) == group({'b': 2.0, 'a': 1, 'c': 3}), group({'a': 1}) == group({'b': 1})
    (True, False)
    """
    getters = [getter(field) for field in fields]
    if len(getters) == 1:
        (get,) = getters
        return lambda point: key(get(point))
    return lambda point: tuple([key(get(point)) for get in getters])


def has_null(key: Hashable) -> bool:
    """Whether a value that `grouping` made a key of was null or missing.

    >>> has_null(grouping(['a', 'b'])({'a': 1})), has_null(grouping([])({}))
    (True, False)
    """
    return key is None or (isinstance(key, tuple) and None in key)


def with_field(point: Mapping[str, Any], field: str, value: Any) -> Point:
    """A copy of the point where *field* is *value*; only the dicts on the way to it are copied.

    Dotted names make nested fields, unless the point has a field of that very name.  A value in the way that is
    no dict gives place to one.

    >>> with_field({'user': {'id': 1}, 'n': 2}, 'user.name', 'Ann')
    {'user': {'id': 1, 'name': 'Ann'}, 'n': 2}
    """
    name, dot, rest = field.partition(".")
    if not dot or field in point:
        return {**point, field: value}
    inner = point.get(name)
    return {**point, name: with_field(inner if isinstance(inner, dict) else {}, rest, value)}


def without_field(point: Mapping[str, Any], field: str) -> Point:
    """A copy of the point that has no *field*; a dict that this empties stays.

    >>> without_field({'user': {'id': 1}, 'n': 2}, 'user.id'), without_field({'n': 2}, 'user.id')
    ({'user': {}, 'n': 2}, {'n': 2})
    """
    changed = dict(point)
    if field in changed:
        del changed[field]
        return changed
    name, dot, rest = field.partition(".")
    inner = changed.get(name)
    if dot and isinstance(inner, dict):
        changed[name] = without_field(inner, rest)
    return changed


def copied(point: Mapping[str, Any]) -> Point:
    """A copy of the point that shares no list or dict with it.

    >>> point = {'tags': ['a']}
    >>> copied(point)['tags'].append('b')
    >>> point
    {'tags': ['a']}
    """
    plain = NESTED.isdisjoint(map(type, point.values()))
    return dict(point) if plain else {name: own(value) for name, value in point.items()}


def own(value: Any) -> Any:
    """The value itself, or a copy where it is a list or a dict, so that it can be changed without changing another."""
    if isinstance(value, dict):
        return {name: own(each) for name, each in value.items()}
    return list(map(own, value)) if isinstance(value, list) else value


def is_too_deep(value: Any) -> bool:
    """Whether lists and dicts stand inside each other more than `DEEPEST` times.

    >>> is_too_deep([{'a': [1]}])
    False
    """
    return any(depth > DEEPEST for depth, _ in enumerate(_levels(value)))


def bounded(value: Any) -> Any:
    """A value that a function of the user's gave; a `ValueError` where it is nested too deeply.

    >>> bounded([1, [2]])
    [1, [2]]
    """
    if is_too_deep(value):
        raise ValueError(f"its value has lists or dicts inside each other more than {DEEPEST} times")
    return value


def check_value(what: str, value: Any) -> None:
    """An `OptionError` for a value given as *what* that no point can hold: a day of Python's, or one nested too deeply.

    >>> check_value("put: x", {'a': [1, None]})
    """
    for depth, level in enumerate(_levels(value)):
        if depth > DEEPEST:
            raise OptionError(f"{what} has lists or dicts inside each other more than {DEEPEST} times; nest them less")
        for each in level:
            if isinstance(each, date) and not isinstance(each, datetime):
                time = f"datetime({each.year}, {each.month}, {each.day}, tzinfo=UTC)"
                raise OptionError(f"{what} takes no {each!r}; give the text '{each}', or the time {time}")


def _levels(value: Any) -> Iterator[list[Any]]:
    """The value, then what is right inside it, then what is inside that, and so on."""
    level = [value]
    while level:
        yield level
        # each once: a list that holds itself twice would grow for ever
        containers = {id(each): each for each in level if isinstance(each, (list, tuple, Mapping))}.values()
        level = [inner for each in containers for inner in (each.values() if isinstance(each, Mapping) else each)]


def key(value: Any) -> Hashable:
    """What stands for *value* in a group's key: equal where JSON says so, by value and type.

    1 and 1.0 are one key; 1, '1' and true differ; dicts are equal in any order of fields; NaN equals itself.

    >>> key(1) == key(1.0), key(1) == key(True), key(1) == key('1'), key([1]) == key([True]), key({}) == key([])
    (True, False, False, False, False)
    """
    kind = value.__class__
    if kind is str or kind is int or value is None:
        return value  # type: ignore[no-any-return]
    if kind is float:
        return value if value == value else ("float", "nan")
    return _tagged(value)


def keys(values: Sequence[Any]) -> Sequence[Hashable]:
    """What stands for each of *values*, as `key` has it.

    >>> keys([1, True]) == [key(1), key(True)]
    True
    """
    return values if _OWN_KEYS.issuperset(map(type, values)) else list(map(key, values))


def _tagged(value: Any) -> Hashable:
    """A tuple that begins with a type's name: no plain value is a tuple, so nothing else can equal it."""
    if isinstance(value, (datetime, timedelta)):
        return value
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, Mapping):
        return "dict", frozenset(zip(value, map(key, value.values()), strict=True))
    if isinstance(value, (list, tuple)):
        return "list", tuple(map(key, value))
    try:
        hash(value)
    except TypeError:
        return type(value), repr(value)
    return type(value), value
