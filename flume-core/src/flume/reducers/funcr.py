"""funcr: any function as a reducer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flume.errors import OptionError, in_one_line
from flume.point import bounded, get, own
from flume.reducing import Reducer
from flume.report import Point
from flume.terms import example_of
from flume.value import Value, check_fields, thaw


class funcr(Value):
    """Make a reducer of a function: `funcr(len)('name')` is the length of the last point's `name`.

    What it returns is called with the arguments of the function: text names a field of the last point, anything else
    is passed as it is. The result is null where a field is missing or null; where the function fails it is null, too,
    and that is counted and said once.

    :param fn: the function; it should give equal results for equal arguments.
    :raises OptionError: *fn* cannot be called.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'name': 'Ann'}, {'name': 'Robert'}], reduce(length=funcr(len)('name')))
    [{'length': 6}]

    A function of several fields, in `put`, where arguments that are no text are passed on:

    >>> from flume import put
    >>> def price(net, rate, digits):
    ...     return round(net * (1 + rate), digits)
    >>> run([{'net': 10, 'rate': 0.19}, {'net': 5}], put(gross=funcr(price)('net', 'rate', 2)))
    [{'net': 10, 'rate': 0.19, 'gross': 11.9}, {'net': 5, 'gross': None}]
    """

    fn: Callable[..., Any]

    def check(self) -> None:
        if not callable(self.fn):
            raise OptionError(f"funcr takes a function, not {self.fn!r}")

    def __call__(self, *args: Any) -> Reducer[Any]:
        """The reducer of this function for these arguments."""
        return _Funcr(self.fn, *args)

    def __repr__(self) -> str:
        return f"funcr({_spelled(self.fn)})"


class OfLast(Reducer[Point | None]):
    """A function of fields of the last point."""

    def arguments(self) -> Sequence[Any]:
        """What the function is called with: text stands for the value of that field."""
        raise NotImplementedError

    def call(self, *values: Any) -> Any:
        """The function."""
        raise NotImplementedError

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(each for each in self.arguments() if isinstance(each, str))

    def start(self) -> Point | None:
        return None

    def add(self, state: Point | None, value: Point) -> Point:
        return value

    def fold(self, state: Point | None, values: Sequence[Point]) -> Point | None:
        return values[-1] if values else state

    def result(self, state: Point | None) -> Any:
        return self.answer(state, lambda why: None)

    def answer(self, state: Point | None, note: Callable[[str], None]) -> Any:
        if state is None:
            return None
        arguments = self.arguments()
        values = [own(get(state, each)) if isinstance(each, str) else thaw(each) for each in arguments]
        if any(value is None for value in values):
            return None
        try:
            return bounded(self.call(*values))
        except Exception as error:
            fields = {each: value for each, value in zip(arguments, values, strict=True) if isinstance(each, str)}
            note(f"{example_of(fields)}: {in_one_line(error)}")
            return None

    def merge(self, left: Point | None, right: Point | None) -> Point | None:
        return left if right is None else right


class _Funcr(OfLast):
    """What `funcr(fn)(*args)` makes."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]

    def __init__(self, fn: Callable[..., Any], *args: Any) -> None:
        self._set(fn=fn, args=args)

    def check(self) -> None:
        for each in self.args:
            if isinstance(each, str):
                check_fields(funcr, "args", each)
            elif isinstance(each, Value):
                raise OptionError(f"{funcr(self.fn)!r} takes fields and plain values, not {each!r}")

    def __repr__(self) -> str:
        return f"{funcr(self.fn)!r}({', '.join(map(repr, map(thaw, self.args)))})"

    def arguments(self) -> Sequence[Any]:
        return self.args

    def call(self, *values: Any) -> Any:
        return self.fn(*values)


def _spelled(fn: Callable[..., Any]) -> str:
    """How a program names the function: `len`, `os.path.basename`; its repr where it has no such name."""
    name = getattr(fn, "__qualname__", "")
    if not name or "<" in name:
        return repr(fn)
    module = getattr(fn, "__module__", None)
    return name if module in (None, "builtins", "__main__") else f"{module}.{name}"
