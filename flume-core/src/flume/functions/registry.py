"""The table of functions: what an expression must know of one to check a call and to make it fast."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from importlib import import_module
from typing import Any, TypeVar, overload

from flume.errors import NameConflict, OptionError, PluginError, UnknownName
from flume.point import NESTED, bounded

F = TypeVar("F", bound=Callable[..., Any])

_STRICT, _PURE = "__flume_strict__", "__flume_pure__"
"""The attributes by which a function keeps what `function` was told of it."""

THEMES = ("numbers", "texts", "times", "values")
_built_in: dict[str, Function] = {}
_registered: dict[str, Function] = {}


@dataclass(frozen=True, eq=False)
class Function:
    """A function that can be called in an expression.

    :param strict: None among its arguments makes None, without a call.
    :param pure: the same arguments (and instant) make the same value, so that a call with constants is made once.
    :param now: it takes the instant of the run as `now=`; the program does not give it.
    :param prepare: what is done, once, with an argument that is a constant: a regex is compiled, a zone looked up.
    :param alone: what does the same, and faster, where a single value is given.
    :param own: it is one of flume's, which change no value that they are given.
    """

    name: str
    call: Callable[..., Any]
    signature: inspect.Signature
    strict: bool = True
    pure: bool = False
    now: bool = False
    prepare: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    alone: Callable[[Any], Any] | None = None
    own: bool = True

    def __post_init__(self) -> None:
        # what describes a callable describes it by these
        for name, value in (("__name__", self.name), ("__doc__", self.call.__doc__), ("__signature__", self.signature)):
            object.__setattr__(self, name, value)

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self.call(*values, **named)

    @property
    def usage(self) -> str:
        """How it is called, without types.

        >>> table()['round'].usage
        'round(number, digits=0)'
        """
        shown = [p.replace(annotation=p.empty) for p in self.signature.parameters.values()]
        return f"{self.name}{inspect.Signature(shown)}"


def table() -> Mapping[str, Function]:
    """All functions by name: the built-in ones and those added by `function`.

    >>> table()['lower'].call('GET')
    'get'
    """
    return {**_built_ins(), **_registered}


def offered(name: str) -> Function | None:
    """The function that a plugin offers as *name*, or as `plugin.name`; None where none does.

    It is asked for where no other has the name, so that flume's own win.  Raises `NameConflict`, or a `PluginError`.
    """
    from flume import registry

    try:
        call = registry.default().find("function", name)
    except UnknownName:
        return None
    if not callable(call):
        raise PluginError(f"the function {name!r} of a plugin is a {type(call).__name__}, which cannot be called")
    return replace(described(call), name=name.rpartition(".")[2])


def registered() -> tuple[Function, ...]:
    """Those that were added by `function`."""
    return tuple(_registered.values())


@overload
def function(call: F) -> F: ...
@overload
def function(*, strict: bool = True, pure: bool = False) -> Callable[[F], F]: ...
def function(call: F | None = None, *, strict: bool = True, pure: bool = False) -> F | Callable[[F], F]:
    """Make a Python function callable in expressions, under its own name.

    An exception that it raises makes None for that point, counted like any value that could not be computed.
    A keyword-only parameter `now` is given the instant of the run.

    It works in a script, in `.flumerc.py`, and in a module that these import. An expression that calls it is done by
    flume itself, not by a server, and pickles by its name: another process imports the module that registers it.

    A plugin whose functions need *strict* or *pure* marks them so too; that they can be called says its hook
    `flume_functions` alone.

    :param strict: it is not called where an argument is None; the value is None then.
    :param pure: the same arguments always make the same value, so that a call with constants is made only once.
    :raises NameConflict: flume has a function of that name itself.
    :raises OptionError: it has no name that an expression could call.

    >>> @function
    ... def shout(text: str) -> str:
    ...     return text.upper() + '!'
    >>> from flume.expression import expr
    >>> expr("shout(name)")({'name': 'hello'})
    'HELLO!'
    """

    def put(call: F) -> F:
        _put(call, strict, pure)
        return call

    return put if call is None else put(call)


def _put(call: Callable[..., Any], strict: bool, pure: bool) -> None:
    from flume.importing import is_importing

    name = getattr(call, "__name__", "")
    if not name.isidentifier() or name.startswith("__"):
        raise OptionError(f"function: {name or call!r} is no name that can be called; use def with a plain name")
    if name in _built_ins():
        raise NameConflict(f"flume has a function {name!r} of its own; give yours another name")
    with suppress(AttributeError):  # some written in C take none
        setattr(call, _STRICT, strict)
        setattr(call, _PURE, pure)
    if not is_importing():
        _registered[name] = replace(described(call), strict=strict, pure=pure)


def built_in(
    *,
    strict: bool = True,
    pure: bool = True,
    alone: Callable[[Any], Any] | None = None,
    **prepare: Callable[[Any], Any],
) -> Callable[[F], F]:
    """Put one of flume's own functions into the table."""

    def put(call: F) -> F:
        known = replace(described(call), strict=strict, pure=pure, call=call, alone=alone, prepare=prepare, own=True)
        _built_in[known.name] = known
        return call

    return put


def described(call: Callable[..., Any]) -> Function:
    """The table's entry for a Python function of the user's, with what `function` was told of it."""
    try:
        signature = inspect.signature(call)
    except ValueError:  # some written in C do not tell
        signature = inspect.Signature([inspect.Parameter("values", inspect.Parameter.VAR_POSITIONAL)])
    given = [p for p in signature.parameters.values() if p.name != "now" or p.kind is not p.KEYWORD_ONLY]
    now = len(given) < len(signature.parameters)
    signature = inspect.Signature(given)

    @wraps(call, updated=())  # some written in C have no __dict__
    def checked(*values: Any, **named: Any) -> Any:
        value = call(*values, **named)
        return bounded(value) if value.__class__ in NESTED else value

    strict, pure = getattr(call, _STRICT, True), getattr(call, _PURE, False)
    return Function(call.__name__, checked, signature, strict=strict, pure=pure, now=now, own=False)


@cache
def _built_ins() -> Mapping[str, Function]:
    for theme in THEMES:
        import_module(f"flume.functions.{theme}")
    return _built_in
