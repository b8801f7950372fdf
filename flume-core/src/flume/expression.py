"""The expression language of filter and put: text is parsed once, checked against a white list, and compiled.

    expr("status >= 500 and not startswith(path, '/health')")

It is Python's grammar over the fields of a point, without its objects: a name is a field unless it is called, only the
functions of `flume.functions` can be called, and nothing is reached but what the point holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from flume import compiling
from flume.caret import quoted
from flume.errors import ExpressionError, NameConflict, OptionError
from flume.functions.registry import Function, described, registered, table
from flume.grammar import read
from flume.report import Point
from flume.tables import Column, Table, can_be_columns, example_loop
from flume.template import Template
from flume.terms import Call, Constant, Context, Field, Filled, Fresh, Has, Term, Whole

__all__ = ["Context", "Expression", "expr", "expression"]


@dataclass(frozen=True, repr=False)
class Expression:
    """An expression that was read and checked, made by `expression`; equal to another of the same text, and pickles.

    :param text: as it was written.
    :param tree: what it says, in checked terms: for those who translate it, to push it down.
    :param fields: the names of the fields that it reads, dotted where nested; None if it reads the whole point.
    """

    text: str
    tree: Term = field(compare=False)
    fields: frozenset[str] | None = field(compare=False)
    functions: Mapping[str, Callable[..., Any]] | None = field(default=None, hash=False)

    def value(self, point: Mapping[str, Any], context: Context) -> Any:
        """What it is worth for this point, the plain way; never raises for what the point holds."""
        clashes: list[tuple[str, str]] = []
        result = self.tree.value(point, Context(context.now, lambda what, example: clashes.append((what, example))))
        if clashes:
            context.note(*clashes[0])
        return result

    def __call__(self, point: Mapping[str, Any]) -> Any:
        """What it is worth for this point now: for trying it out."""
        return self.value(point, Context(datetime.now(UTC)))

    def select(self, context: Context) -> Callable[[list[Point]], list[Point]]:
        """A function that gives the points of a batch for which the expression is true, much faster than `value`."""
        chosen, true = self._compiled("select", context), self.one_by_one(context)

        def select(points: list[Point]) -> list[Point]:
            try:
                return chosen(points)  # type: ignore[no-any-return]
            except Exception:  # some value clashes: which one is found out point by point
                return [point for point in points if true(point)]

        return select

    @property
    def takes_tables(self) -> bool:
        """Whether all that it reads are fields at the top, and missing ones are null to it."""
        return (
            self.fields is not None
            and can_be_columns(self.fields)
            and not any(isinstance(term, Has) for term in self.tree.walk())
        )

    def column(self, context: Context) -> Callable[[Table], Column]:
        """A function that gives the values of the points of a table, where it takes tables."""
        fields, one = tuple(sorted(self.fields or ())), self.one_by_one(context)
        function = cache(lambda loop: compiling.column(self.tree, context.now, loop))

        def column(table: Table) -> Column:
            loop, points = table.loop(fields)
            try:
                return function(loop)(points)  # type: ignore[no-any-return]
            except Exception:  # some value clashes: which one is found out point by point
                return list(map(one, table.points(fields)))

        return column

    def chosen(self, context: Context) -> Callable[[Table], Table]:
        """What `select` is for points."""
        fields, column = tuple(sorted(self.fields or ())), self.column(context)
        function = cache(lambda loop: compiling.rows(self.tree, context.now, loop))

        def chosen(table: Table) -> Table:
            if not table.whole:
                return table.only(column(table))
            loop, points = table.loop(fields)
            try:
                return table.only_rows(function(loop)(points))
            except Exception:  # some value clashes
                return table.only(column(table))

        return chosen

    def values(self, context: Context) -> Callable[[list[Point]], list[Any]]:
        """A function that gives the values of a batch of points, much faster than `value`."""
        computed, one = self._compiled("values", context), self.one_by_one(context)

        def values(points: list[Point]) -> list[Any]:
            try:
                return computed(points)  # type: ignore[no-any-return]
            except Exception:  # some value clashes: which one is found out point by point
                return list(map(one, points))

        return values

    def source(self, kind: compiling.Kind) -> str:
        """The Python source that is run for it: of `select` or `values` over a batch, or of the `value` of one point.

        >>> print(expr("status >= 500").source('select'))
        def select(points):
            return [p for p in points for status in [p.get('status')] if (status is not None and status >= 500)]
        <BLANKLINE>
        """
        return compiling.source(self.tree, kind)

    def source_over(self, needed: Collection[str], *, chooses: bool = False) -> str:
        """The same for tables with these fields: what gives the values of a column, or *chooses* rows."""
        return compiling.source_over(self.tree, example_loop(sorted(self.fields or ()), needed), chooses=chooses)

    def _compiled(self, kind: compiling.Kind, context: Context) -> Callable[[Any], Any]:
        return compiling.function(self.tree, kind, context.now)

    def one_by_one(self, context: Context) -> Callable[[Mapping[str, Any]], Any]:
        """A function that gives the value of a point, faster than `value`."""
        fast = self._compiled("value", context)

        def careful(point: Mapping[str, Any]) -> Any:
            try:
                return fast(point)
            except Exception:
                return self.value(point, context)

        return careful

    def __repr__(self) -> str:
        return f"expr({self.text!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        calls = {term.function for term in self.tree.walk() if isinstance(term, Call)}
        borrowed = [(call.name, call.call.__module__) for call in calls.intersection(registered())]
        if not borrowed:
            return expression, (self.text, self.functions)
        return _with_borrowed, (self.text, self.functions, tuple(sorted(borrowed)))


def expression(text: str, functions: Mapping[str, Callable[..., Any]] | None = None) -> Expression:
    """Read and check an expression.

    :param text: Python's grammar, at most 65,536 characters: literals, names of fields (dotted where they are nested,
        `point['@timestamp']` for names that are none in Python, `point` for the whole point), arithmetic, comparisons,
        `and or not in is`, `a if b else c`, items and slices, calls of functions by name.
    :param functions: functions for this expression alone, besides flume's and those of `flume.function`.
    :raises NameConflict: one of *functions* has the name of another.
    :raises ExpressionError: it does not parse or uses what is not allowed; the message shows the place.

    >>> expr("status >= 500 and author.name is not None").fields == {'status', 'author.name'}
    True
    >>> expr("price * qty")({'price': 2, 'qty': 3}), expr("price * qty")({'price': 2})
    (6, None)
    >>> expr("lowr(name)")
    Traceback (most recent call last):
    flume.errors.ExpressionError: 'lowr(name)': there is no function 'lowr'; did you mean 'lower'?
      lowr(name)
      ^^^^
    """
    if not isinstance(text, str):
        raise OptionError(f"an expression is text, not {text!r}")
    return _remembered(text.strip(), registered()) if functions is None else _read(text.strip(), functions)


expr = expression


def _with_borrowed(
    text: str, functions: Mapping[str, Callable[..., Any]] | None, borrowed: Iterable[tuple[str, str]]
) -> Expression:
    """The expression, in a process that may not have registered the functions that it borrows of modules."""
    for name, module in borrowed:
        if name not in table():
            with suppress(ImportError):
                import_module(module)
        if name not in table():
            raise ExpressionError(
                f"{quoted(text)}: {name!r} of {module} is not registered in this process:"
                " let a module that can be imported here register it, with @flume.function"
            )
    return expression(text, functions)


@lru_cache(maxsize=256)
def of_template(template: Template) -> Expression:
    """The expression whose value is the text of a template.

    >>> from flume.template import template
    >>> of_template(template('{a} and {b}'))({'a': 1, 'b': 'x'})
    '1 and x'
    """
    pieces, items, formats = [""], [], []
    for text, name, form in template.pieces:
        pieces[-1] += text
        if name is not None:
            items.append(Field(name, text=name))
            formats.append(form)
            pieces.append("")
    tree = Filled(tuple(pieces), tuple(items), tuple(formats), text=template.text)
    return Expression(template.text, tree, template.fields)


def of_constant(value: Any) -> Expression:
    """The expression whose value is always this one.

    >>> of_constant(('a', 1))({})
    ['a', 1]
    """
    tree = Fresh(value) if isinstance(value, (tuple, Mapping)) else Constant(value)
    return Expression(repr(value), tree, frozenset())


@lru_cache(maxsize=1024)
def _remembered(text: str, registered: tuple[Function, ...]) -> Expression:
    return _read(text, None)


def _read(text: str, functions: Mapping[str, Callable[..., Any]] | None) -> Expression:
    known = dict(table())
    for name, call in (functions or {}).items():
        if name in known:
            raise NameConflict(f"there is a function {name!r} already; give yours another name")
        known[name] = replace(described(call), name=name)
    tree = read(text, known)
    terms = list(tree.walk())
    whole = any(isinstance(term, Whole) for term in terms)
    names = frozenset(term.name for term in terms if isinstance(term, (Field, Has)))
    return Expression(text, tree, None if whole else names, functions)
