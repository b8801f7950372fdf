"""Describing: how a word is called, and what its docstring says of it."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Any

_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


class _Bare(str):
    """An annotation that was written as text, shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def signature(thing: Any) -> str:
    """The options of a word; nothing for what is not called.

    >>> from flume import head
    >>> signature(head)
    '(n: int = 1, by: Fields = None)'
    """
    if not callable(thing):
        return ""
    try:
        return str(inspect.Signature(parameters(thing)))
    except (TypeError, ValueError):
        return "(…)"


def parameters(thing: Any) -> list[inspect.Parameter]:
    """The options of a word, with types that show as they were written.

    Raises TypeError or ValueError where Python cannot tell.
    """
    # a word's metaclass, which explains wrong options, hides __init__ from inspect.signature(thing)
    made = thing.__init__ if isinstance(thing, type) else thing  # type: ignore[misc]
    if made is object.__init__:
        return []
    return [
        p.replace(annotation=_Bare(p.annotation)) if isinstance(p.annotation, str) else p
        for p in list(inspect.signature(made).parameters.values())[isinstance(thing, type) :]
    ]


def documentation(thing: Any) -> str:
    """The docstring that was written for *thing*, nothing where a dataclass made one up."""
    text = getattr(thing, "__doc__", None)
    if not isinstance(text, str) or text.startswith(f"{getattr(thing, '__name__', '')}("):
        return ""
    return inspect.cleandoc(text)


def sentence(thing: Any) -> str:
    """The first sentence of the docstring, on one line.

    >>> from flume import head
    >>> sentence(head)
    'Pass on the first *n* points.'
    """
    paragraph = " ".join(documentation(thing).partition("\n\n")[0].split())
    found = _SENTENCE.match(paragraph)
    return found.group() if found else paragraph


def members(module: ModuleType) -> dict[str, Any]:
    """The words of a namespace such as `date`, in order of their names."""
    public = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    things = {name: getattr(module, name) for name in sorted(public)}
    return {n: t for n, t in things.items() if callable(t) and getattr(t, "__module__", "") == module.__name__}
