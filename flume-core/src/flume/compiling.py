"""Expressions as Python functions over a batch, generated from the checked terms.

    filter('status >= 500')  [p for p in points for status in [p.get('status')] if status is not None and status >= 500]

The function is written for points without surprises and does not look out for them.  Where a value clashes, Python
raises, and the batch is done again point by point: the same code for one point, and the plain way for those that clash.
So the result is that of the plain way, and what clashes is noted there, once.

The source is made of names that are made here, and of literals; text of the program comes in only through `repr`.
"""

from __future__ import annotations

import keyword
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Literal, TypeAlias

from flume import arithmetic, generated, point, template
from flume.comparing import comparison, something
from flume.duration import Duration
from flume.tables import Loop
from flume.terms import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Field,
    Filled,
    Fresh,
    Has,
    Item,
    Listing,
    Logic,
    Membership,
    Not,
    Record,
    Slice,
    Strict,
    Term,
    Whole,
)
from flume.value import thaw

Kind: TypeAlias = Literal["select", "values", "value"]
Fields: TypeAlias = tuple[tuple[str, Term], ...]
Maker: TypeAlias = Callable[[datetime], Any]

_USED: dict[str, Any] = {
    "get": point.get,
    "has": point.has,
    "add": arithmetic.add,
    "subtract": arithmetic.subtract,
    "power": arithmetic.power,
    "shift": arithmetic.shift,
    "item": arithmetic.item,
    "cut": arithmetic.cut,
    "within": arithmetic.within,
    "shown": template.shown,
    "dict": dict,
    "list": list,
    "map": map,
    "str": str,
}
_OPERATIONS = {
    "*": "({0} * {1})",
    "%": "({0} % {1})",
    "**": "power({0}, {1})",
    "<<": "shift({0}, {1})",
}
_DURATIONS = {"+": "add({0}, {1})", "-": "subtract({0}, {1})"}


def function(tree: Term, kind: Kind, now: datetime) -> Callable[[Any], Any]:
    """The function of this kind: `select` and `values` take a batch, `value` takes a point."""
    return _made(_program(Writer.program, (tree,), tree, kind), kind, now)


def column(tree: Term, now: datetime, loop: Loop) -> Callable[..., Any]:
    """The function that gives the values for a table, whose fields, in the order of their names, *loop* reads."""
    return _made(_program(Writer.column, (tree,), tree, loop, loop=loop), "column", now)


def rows(tree: Term, now: datetime, loop: Loop) -> Callable[..., Any]:
    """The function that gives the rows for which the expression is true, where *loop* goes over rows."""
    return _made(_program(Writer.rows, (tree,), tree, loop=loop), "rows", now)


def putting(fields: Fields, now: datetime) -> Callable[[Any], Any]:
    """The function that gives the points of a batch these fields, each of which sees those before it."""
    return _made(_program(Writer.putting, tuple(tree for _, tree in fields), fields), "put", now)


def source(tree: Term, kind: Kind) -> str:
    """The source of that function."""
    return _program(Writer.program, (tree,), tree, kind)[0]


def source_over(tree: Term, loop: Loop, *, chooses: bool = False) -> str:
    """The source of the function for a table: of `column`, or of `rows`."""
    given = (tree,) if chooses else (tree, loop)
    return _program(Writer.rows if chooses else Writer.column, (tree,), *given, loop=loop)[0]


def source_of_putting(fields: Fields) -> str:
    """The source of the function that gives points fields."""
    return _program(Writer.putting, tuple(tree for _, tree in fields), fields)[0]


Program: TypeAlias = tuple[str, dict[str, Maker]]


def _made(program: Program, name: str, now: datetime) -> Callable[..., Any]:
    source, makers = program
    return generated.function(name, source, {**_USED, **{name: make(now) for name, make in makers.items()}})


@lru_cache(maxsize=256)
def _program(write: Callable[..., str], trees: tuple[Term, ...], *given: Any, loop: Loop | None = None) -> Program:
    writer = Writer(trees, loop)
    return write(writer, *given), writer.makers


class Writer:
    """Writes the code of trees.  Every piece of code stands in parentheses, or is one name or literal."""

    def __init__(self, trees: Sequence[Term], loop: Loop | None = None) -> None:
        self.table = dict(zip(_fields(trees[0]), loop.reads, strict=True)) if loop else {}  # what reads its fields
        self.makers: dict[str, Maker] = {}
        self.variables: dict[str, str] = {}
        self.taken = {
            *keyword.kwlist,
            *_USED,
            "p",
            "points",
            "select",
            "values",
            "value",
            "column",
            "put",
            "rows",
            "instant",
            *re.findall(r"\w+", loop.each if loop else ""),
        }
        terms = [term for tree in trees for term in tree.walk()]
        called = {_callee(term): term.function.name for term in terms if isinstance(term, Call)}
        self.functions = {call: self.bound(name, lambda now, call=call: call) for call, name in called.items()}  # type: ignore[misc]

    # -- the function ---------------------------------------------------------------------------

    def program(self, tree: Term, kind: Kind) -> str:
        if kind == "value":
            lines = [f"{name} = {read}" for name, read in self.reads(tree)] + [f"return {self.code(tree)}"]
            return "def value(p):\n" + "".join(f"    {line}\n" for line in lines)
        given = self.given(tree)
        code = self.code(tree)
        if kind == "select":
            return f"def select(points):\n    return [p for p in points{given} if {code}]\n"
        return f"def values(points):\n    return [{code} for p in points{given}]\n"

    def column(self, tree: Term, loop: Loop) -> str:
        """The function over a table."""
        given = self.given(tree)
        code = self.code(tree)
        return f"def column(points):\n    return [{code} for {loop.each} in points{given}]\n"

    def rows(self, tree: Term) -> str:
        """The function over rows, that chooses some."""
        given = self.given(tree)
        code = self.code(tree)
        return f"def rows(points):\n    return [p for p in points{given} if {code}]\n"

    def putting(self, fields: Fields) -> str:
        """The function that gives points *fields*."""
        lines = []
        for number, (name, tree) in enumerate(fields, 1):
            lines += [f"{variable} = {read}" for variable, read in self.reads(tree)]
            code = self.code(tree)
            # what was read inside a field before is not what is there now
            self.variables = {field: v for field, v in self.variables.items() if field.partition(".")[0] != name}
            if any(name in _fields(later) for _, later in fields[number:]):
                self.variables[name] = self.fresh(name)
                code = f"{self.variables[name]} = {code}"
            lines.append(f"p[{name!r}] = {code}")
        loop = "".join(f"        {line}\n" for line in lines)
        return (
            f"def put(points):\n    points = list(map(dict, points))\n    for p in points:\n{loop}    return points\n"
        )

    def given(self, tree: Term) -> str:
        """What names the fields that are read before all else, in a comprehension."""
        # Python makes a plain assignment of `for name in [one value]`.
        return "".join(f" for {name} in [{read}]" for name, read in self.reads(tree))

    def reads(self, tree: Term) -> Iterator[tuple[str, str]]:
        """The fields that are read before all else: the first one, and those that are read more than once."""
        uses = Counter(term.name for term in tree.walk() if isinstance(term, Field))
        for number, (field, count) in enumerate(uses.items()):
            if field in self.variables:
                continue
            head, dot, rest = field.partition(".")
            if (number and count == 1) or "." in rest:
                continue
            if dot:
                inner = self.fresh(head)
                yield inner, f"p.get({head!r})"
                read = self.nested("p", field, inner, f"{inner}.get({rest!r})", inner)
            else:
                read = self.read("p", field)
            self.variables[field] = self.fresh(field)
            yield self.variables[field], read

    def fresh(self, hint: str) -> str:
        """A name like *hint* that is not taken yet."""
        name = re.sub(r"[^a-z0-9]+", "_", hint[:30].lower()).strip("_")
        name = name if name[:1].isalpha() else f"field_{name}".strip("_")
        number = 1
        unique = name
        while unique in self.taken:
            number += 1
            unique = f"{name}_{number}"
        self.taken.add(unique)
        return unique

    def bound(self, hint: str, make: Maker) -> str:
        """The name of a value that is made when the function is."""
        name = self.fresh(hint)
        self.makers[name] = make
        return name

    # -- terms ----------------------------------------------------------------------------------

    def code(self, term: Term) -> str:
        match term:
            case Constant():
                return self.constant(term.constant)
            case Field():
                return self.variables.get(term.name) or self.read("p", term.name)
            case Whole():
                return "p"
            case Has():
                return f"has(p, {term.name!r})" if "." in term.name else f"({term.name!r} in p)"
            case Listing():
                return f"[{', '.join(map(self.code, term.items))}]"
            case Record():
                pairs = zip(term.names, term.items, strict=True)
                return f"{{{', '.join(f'{name!r}: {self.code(each)}' for name, each in pairs)}}}"
            case Fresh():
                return f"{self.bound('fresh', lambda now: partial(thaw, term.constant))}()"
            case Filled():
                return self.filled(term)
            case Comparison():
                return comparison(self, term)
            case Membership():
                return self.membership(term)
            case Logic():
                return f"({f' {term.operator} '.join(map(self.code, term.terms))})"
            case Not():
                return f"(not {self.code(term.term)})"
            case Choice():
                return f"({self.code(term.then)} if {self.code(term.condition)} else {self.code(term.otherwise)})"
            case Strict():
                return self.strict(term)
        raise TypeError(f"no code for {term!r}")

    def constant(self, value: Any) -> str:
        if value is None or isinstance(value, (str, bool)):
            return repr(value)
        if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            return repr(value) if value >= 0 else f"({value!r})"
        return self.bound(type(value).__name__, lambda now: value)

    def filled(self, term: Filled) -> str:
        values = []
        for item, form in zip(term.items, term.formats, strict=True):
            name, test = self.tested(item, self.code(item))
            asis = f"{name} if {test}.__class__ is str else "
            values.append(f"shown({test}, {form!r})" if form else f"({asis}shown({name}))")
        text = "%s".join(piece.replace("%", "%%") for piece in term.pieces)
        # what Python makes of it is as fast as an f-string, in which not every name can stand
        return f"({text!r} % ({', '.join(values)},))" if values else repr(term.pieces[0])

    def read(self, container: str, field: str) -> str:
        if field in self.table:
            return self.table[field]
        head, dot, rest = field.partition(".")
        if not dot:
            return f"{container}.get({field!r})"
        inner = self.fresh(head)
        return self.nested(container, field, f"({inner} := {container}.get({head!r}))", self.read(inner, rest), inner)

    def nested(self, container: str, field: str, first: str, deeper: str, inner: str) -> str:
        own = f"{container}[{field!r}] if {field!r} in {container}"
        # Other kinds of dicts are left to `get`, which looks closer.
        other = f"None if {inner} is None else get({container}, {field!r})"
        return f"({own} else {deeper} if {first}.__class__ is dict else {other})"

    def membership(self, term: Membership) -> str:
        operator = "not in" if term.negated else "in"
        value = self.code(term.term)
        if isinstance(term.container, Listing):
            items = [item.constant for item in term.container.items if isinstance(item, Constant)]
            literal = all(isinstance(item, (str, int, float, bool, type(None))) for item in items)
            if literal and items and len(items) == len(term.container.items):
                return f"({value} {operator} {{{', '.join(map(self.constant, items))}}})"
            return f"({value} {operator} {self.code(term.container)})"
        container = self.code(term.container)
        if isinstance(term.container, Constant):
            return f"(not within({value}, {container}))" if term.negated else f"within({value}, {container})"
        name, test = self.tested(term.container, container)
        if term.negated:
            return f"({test} is None or {value} not in {name})"
        return f"({test} is not None and {value} in {name})"

    def tested(self, term: Term, code: str) -> tuple[str, str]:
        """The name of a value, and the code to test first, which gives it that name."""
        if isinstance(term, Constant) or code.isidentifier():
            return code, code
        name = self.fresh(term.name if isinstance(term, Field) else "part")
        return name, f"({name} := {code})"

    def strict(self, term: Strict) -> str:
        if isinstance(term, Call):
            if term.function.pure and term.function.now and all(isinstance(a, Constant) for a in term.arguments):
                values = [a.constant for a in term.arguments if isinstance(a, Constant)]
                return self.bound(f"the_{term.function.name}", lambda now: term.calculate(values, now))
            if not term.strict:
                return self.calculation(term, list(map(self.code, term.operands)))
        codes, tests = [], {}
        for operand in term.operands:
            name, test = self.tested(operand, self.code(operand))
            codes.append(name)
            if not something(operand):
                tests[f"{test} is None"] = True
        result = self.calculation(term, codes)
        return f"(None if {' or '.join(tests)} else {result})" if tests else result

    def calculation(self, term: Strict, codes: list[str]) -> str:
        match term:
            case Arithmetic():
                return self.formula(term, iter(codes))
            case Call(function=called):
                positional = len(codes) - len(term.names)
                given = codes[:positional] + [f"{n}={c}" for n, c in zip(term.names, codes[positional:], strict=True)]
                if called.now:
                    self.makers["instant"] = lambda now: now
                    given.append("now=instant")
                return f"{self.functions[_callee(term)]}({', '.join(given)})"
            case Item():
                return f"item({', '.join(codes)})"
            case Slice():
                given_bounds = iter(codes[1:])
                bounds = ["None" if bound is None else next(given_bounds) for bound in term.bounds]
                return f"cut({', '.join([codes[0], *bounds])})"
        raise TypeError(f"no code for {term!r}")

    def formula(self, term: Term, codes: Iterator[str]) -> str:
        if not isinstance(term, Arithmetic):
            return next(codes)
        operands = [self.formula(part, codes) for part in term.parts]
        if term.left is None:
            return f"({term.operator}{operands[0]})"
        if any(isinstance(part, Constant) and isinstance(part.constant, Duration) for part in term.parts):
            return _DURATIONS.get(term.operator, f"({{0}} {term.operator} {{1}})").format(*operands)
        # A plus sign before text or a list raises: what is repeated or formatted goes the plain way, which is bounded.
        guarded = {"*": term.parts, "%": term.parts[:1]}.get(term.operator, ())
        operands = [
            f"+{code}" if part in guarded and not _numeric(part) else code
            for part, code in zip(term.parts, operands, strict=True)
        ]
        return _OPERATIONS.get(term.operator, f"({{0}} {term.operator} {{1}})").format(*operands)


def _fields(tree: Term) -> list[str]:
    return sorted({term.name for term in tree.walk() if isinstance(term, Field)})


def _callee(term: Call) -> Callable[..., Any]:
    alone = term.function.alone if len(term.arguments) == 1 and not term.names else None
    return term.function.call if alone is None else alone


def _numeric(term: Term) -> bool:
    """Whether the term is neither text nor a list, wherever it does not raise."""
    if isinstance(term, Constant):
        return isinstance(term.constant, (int, float, timedelta))
    if not isinstance(term, Arithmetic):
        return False
    return term.left is None or term.operator != "+" or _numeric(term.left) or _numeric(term.right)
