"""Values: what is made of a word can be hashed, pickled and read back from its repr, and is the same."""

from __future__ import annotations

import ast
import pickle
import sys
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from flume.checking.check import CheckFailed
from flume.errors import in_one_line
from flume.value import Value, spoken

_FREEZE = "declare its options as typed fields of the class, or set them with self._set, which freezes them"


def check_values(made: Iterable[Any]) -> str:
    """Each is equal to its copy; what holds a function of Python's cannot be written or sent, and need not be."""
    checked = 0
    for value in made:
        _check_hash(value)
        if not _has_function(value):
            _check_pickle(value)
            _check_repr(value)
            checked += 1
    return f"{checked} of its example" if checked else "those of its example hold functions"


def _check_hash(value: Any) -> None:
    try:
        hash(value)
    except Exception as error:
        raise CheckFailed(f"hash({_shown(value)}) raises {in_one_line(error)}", _FREEZE) from error


def _check_pickle(value: Any) -> None:
    try:
        copy = pickle.loads(pickle.dumps(value))
    except Exception as error:
        raise CheckFailed(f"to pickle {_shown(value)} raises {in_one_line(error)}", _FREEZE) from error
    if copy != value:
        raise CheckFailed(f"{_shown(value)} is not equal to itself pickled and read again", _FREEZE)


def _check_repr(value: Any) -> None:
    shown = _shown(value)
    written = repr(value)
    advice = f"leave __repr__ to flume.value.Value; where its name in programs is not {type(value).__name__}, set word"
    try:
        names = {node.id for node in ast.walk(ast.parse(written, mode="eval")) if isinstance(node, ast.Name)}
        copy = eval(written, {"__builtins__": {}, **{name: _meaning(name, type(value)) for name in names}})
    except Exception as error:
        raise CheckFailed(f"its repr, {shown}, does not read back: {in_one_line(error)}", advice) from error
    if copy != value:
        raise CheckFailed(f"its repr, {shown}, reads back as another one, {_shown(copy)}", advice)


def _meaning(name: str, cls: type) -> Any:
    """What a name in the repr means: the class as a program calls it, a word of flume's, a name of its module."""
    import flume

    first, *inside = spoken(cls).split(".")
    if name == first and not inside:
        return cls
    if name in flume.__all__:
        return getattr(flume, name)
    if name == first:
        thing: Any = cls
        for each in reversed(inside):
            thing = SimpleNamespace(**{each: thing})
        return thing
    return getattr(sys.modules[cls.__module__], name)


def _has_function(value: Any) -> bool:
    """Whether a function is among the options of a value, however deep."""
    if isinstance(value, Value):
        return any(map(_has_function, vars(value).values()))
    if isinstance(value, Mapping):
        return any(map(_has_function, value.values()))
    if isinstance(value, (tuple, list, frozenset)):
        return any(map(_has_function, value))
    return callable(value) and not isinstance(value, type)


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
