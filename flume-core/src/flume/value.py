"""Value: what every word of the language is, an immutable value declared by its typed fields.

    class head(Proc):
        n: int = 1

is all that it takes: the class becomes a frozen dataclass, its options are checked, and its
repr reads back.  A word that takes any number of fields writes its own `__init__` and calls
`self._set(...)`; the parameters of `__init__` are the names of the attributes (an option that has the name
of a method, as `emit(start=…)`, is kept as `start_`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from datetime import datetime, timedelta
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeAlias, dataclass_transform

from flume.errors import MomentError, OptionError

if TYPE_CHECKING:
    _Explaining = type
else:

    class _Explaining(type):
        """Turns Python's complaint about arguments into one line that names the word's options."""

        @property
        def __signature__(cls):
            """That of `__init__`, which `__call__` below would hide."""
            return inspect.Signature(_signature(cls))

        def __call__(cls, /, *args, **kwargs):
            try:
                return super().__call__(*args, **kwargs)
            except OptionError:
                raise
            except TypeError as error:
                _explain(cls, args, kwargs, error)


Fields: TypeAlias = str | Sequence[str] | None

_LONG = 20  # items of a list that a message still shows all of

_TYPES: dict[str, Any] = {
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "float": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "str": lambda v: isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "None": lambda v: v is None,
    "Fields": lambda v: (
        v is None or isinstance(v, str) or (isinstance(v, tuple) and all(isinstance(f, str) for f in v))
    ),
}
_SPOKEN = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "True or False",
    "Fields": "a field or a list of fields",
}


@dataclass_transform(frozen_default=True)
class Value(metaclass=_Explaining):
    """An immutable value: equal when its options are equal, hashable, picklable, readable back."""

    word: ClassVar[str] = ""  # how it is called in a program, where that is not the class's name

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, repr=False, init="__init__" not in cls.__dict__)(cls)

    def __post_init__(self) -> None:
        self._set(**{f.name: getattr(self, f.name) for f in declared(self) if f.init})

    def _set(self, **options: Any) -> None:
        """Set the options once: lists become tuples, types are checked, then the word's own `check`."""
        annotations = {f.name: str(f.type) for f in declared(self)}
        for name, value in options.items():
            value = freeze(value)
            _check_type(type(self), name.removesuffix("_"), annotations.get(name, ""), value)
            object.__setattr__(self, name, value)
        try:
            self.check()
        except MomentError as error:  # which knows the text and not whose it is
            word = spoken(type(self))
            raise error if str(error).startswith(word) else MomentError(f"{word}: {error}") from None

    def check(self) -> None:
        """Raise `OptionError` where an option has a value that it cannot have."""

    def __repr__(self) -> str:
        return self._written(_show)

    def _written(self, show: Callable[[Any], str]) -> str:
        shown: list[str] = []
        positional = True
        names = {f.name for f in declared(self)}
        for p in _signature(type(self)):
            value = getattr(self, p.name if p.name in names else f"{p.name}_")
            if p.kind is p.VAR_POSITIONAL:
                shown += map(show, value)
            elif p.kind is p.VAR_KEYWORD:
                shown += _named(value, show)
            elif p.default is not p.empty and _same(value, freeze(p.default)):
                positional = False
            elif positional and p.kind is p.POSITIONAL_OR_KEYWORD and not isinstance(value, bool):
                shown.append(show(value))
            else:  # nobody knows what a mere True is
                positional = False
                shown.append(f"{p.name}={show(value)}")
        return f"{spoken(type(self))}({', '.join(shown)})"


class env(Value):  # noqa: N801 - a word of the language
    """A secret that is read from the environment variable *name* when the run starts.

    Its repr, pickle and plan hold the name, never the value.

    >>> env('API_KEY')
    env('API_KEY')
    """

    name: str

    def reveal(self) -> str:
        """The value; an `OptionError` where the variable is not set."""
        import os

        try:
            return os.environ[self.name]
        except KeyError:
            raise OptionError(f"env({self.name!r}): the environment variable {self.name} is not set") from None


def spoken(cls: type) -> str:
    """How the class is called in a program: `date.year`, `head`."""
    return getattr(cls, "word", "") or cls.__name__


def field_list(given: Fields) -> tuple[str, ...]:
    """The fields of an option that takes one name or a list of names.

    >>> field_list('program'), field_list(['a', 'b.c']), field_list(None)
    (('program',), ('a', 'b.c'), ())
    """
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def check_fields(cls: type, option: str, names: Fields) -> None:
    """An `OptionError` unless every one of *names* can be the name of a field."""
    given: Sequence[Any] = field_list(names)
    for name in given:
        if not isinstance(name, str):
            each = any(p.kind is p.VAR_POSITIONAL for p in _signature(cls)) and isinstance(name, tuple)
            hint = f"; write {spoken(cls)}({', '.join(map(_show, name))})" if each else ""
            raise OptionError(f"{spoken(cls)}: {option} takes names of fields, not {_show(name)}{hint}")
        if not name:
            raise OptionError(f"{spoken(cls)}: {option} has an empty name; give the name of a field")


def freeze(value: Any) -> Any:
    """Lists become tuples and dicts read-only ones, so that a value can be hashed and shared.

    >>> freeze({'a': [1, 2]})
    {'a': (1, 2)}
    """
    if isinstance(value, (list, tuple)):
        return tuple(freeze(v) for v in value)
    if isinstance(value, Mapping) and not isinstance(value, Frozen):
        return Frozen({k: freeze(v) for k, v in value.items()})
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    if isinstance(value, (datetime, timedelta)) and type(value) not in (datetime, timedelta):
        return _plain(value)
    return value


def _plain(value: datetime | timedelta) -> datetime | timedelta | None:
    """A time or a span of pandas as one of Python; None where it is none (`NaT`, which does not equal itself)."""
    if value != value:
        return None
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    return timedelta(value.days, value.seconds, value.microseconds)


def thaw(value: Any) -> Any:
    """The opposite of `freeze`: plain lists and dicts, as points hold them."""
    if isinstance(value, tuple):
        return [thaw(v) for v in value]
    if isinstance(value, Mapping):
        return {k: thaw(v) for k, v in value.items()}
    return value


class Frozen(dict[str, Any]):
    """A dict that cannot be changed, and so can be hashed."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Frozen, (dict(self),)

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("the options of a step cannot be changed")

    __setitem__ = __delitem__ = pop = popitem = clear = update = setdefault = __ior__ = _refuse


def _signature(cls: type) -> list[inspect.Parameter]:
    return list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]


def declared(word: Value | type[Value]) -> tuple[Field[Any], ...]:
    """The fields that the options of a word are.

    >>> from flume import head
    >>> [field.name for field in declared(head)]
    ['n', 'by']
    """
    return fields(word)  # type: ignore[arg-type]  # `Value` makes a dataclass of each subclass


def brief(value: object) -> str:
    """How a step is called in messages and reports: as it is written, but for what is in long lists.

    >>> from flume import emit
    >>> brief(emit(points=[{'n': n} for n in range(1000)]))
    "emit(points=[{'n': 0}, {'n': 1}, {'n': 2}, … 997 more])"
    """
    if isinstance(value, Value) and type(value).__repr__ is Value.__repr__:
        return value._written(_show_briefly)
    return repr(value)


def _show_briefly(value: Any) -> str:
    if isinstance(value, (tuple, list)) and len(value) > _LONG:
        return f"[{', '.join(map(_show, value[:3]))}, … {len(value) - 3:,} more]"
    return _show(value)


def _show(value: Any) -> str:
    """How an option is written: lists as lists, as people write them."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_show, value))}]"
    if isinstance(value, Frozen):
        return f"{{{', '.join(f'{k!r}: {_show(v)}' for k, v in value.items())}}}"
    if isinstance(value, type) and issubclass(value, Value):
        return spoken(value)
    return repr(value)


def _named(options: Sequence[tuple[str, Any]], show: Callable[[Any], str]) -> list[str]:
    """How options of any name are written: those that Python has no notation for, as `**{'a.b': 1}`."""
    plain = [f"{name}={show(value)}" for name, value in options if name.isidentifier() and not iskeyword(name)]
    if len(plain) == len(options):
        return plain
    return [f"**{_show(Frozen(options))}"]


def _same(a: object, b: object) -> bool:
    return type(a) is type(b) and a == b


def _check_type(cls: type, option: str, annotation: str, value: object) -> None:
    kinds = [kind.strip() for kind in annotation.split("|")]
    if isinstance(value, env):
        return
    checks = [_TYPES.get(kind) for kind in kinds]
    if None in checks or any(check(value) for check in checks if check):
        return
    wanted = " or ".join(_SPOKEN.get(kind, kind) for kind in kinds)
    raise OptionError(f"{spoken(cls)}: {option} takes {wanted}, not {_show(value)}")


def _explain(cls: type, args: tuple[Any, ...], options: Mapping[str, Any], error: TypeError) -> NoReturn:
    """Say which option is unknown, missing or too much; any other TypeError goes on as it is."""
    parameters = _signature(cls)
    word = spoken(cls)
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    places = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        for name in options:
            if name not in names:
                raise unknown_option(word, name, names) from None
    if len(args) > len(places) and not any(p.kind is p.VAR_POSITIONAL for p in parameters):
        most = f"at most {len(places)} value{'s' if places[1:] else ''}" if places else "no value"
        raise OptionError(f"{word} takes {most} without a name, not {len(args)}; write name=value") from None
    placed = {p.name for p, _ in zip(places, args, strict=False)}
    for name in options:
        if name in placed:
            raise OptionError(f"{word}: {name} is given twice, by its place and by its name") from None
    given = placed | set(options)
    missing = [p.name for p in parameters if p.default is p.empty and p.name in names and p.name not in given]
    if missing:
        raise OptionError(f"{word} needs {' and '.join(missing)}") from None
    raise error


def unknown_option(word: str, name: str, known: Sequence[str]) -> OptionError:
    """The error for an option that *word* does not have, with close matches."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1, 0.5)
    hint = f"; did you mean {close[0]!r}?" if close else f"; it has {', '.join(known)}" if known else ""
    return OptionError(f"{word} has no option {name!r}{hint}")
