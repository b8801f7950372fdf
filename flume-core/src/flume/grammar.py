"""The grammar of expressions: text becomes checked terms, or an error with a caret under the place.

Python's own parser reads the text; every node of its tree must be on the list here.  Nothing is ever evaluated but
calls of flume's own functions with constants, which are made once, here, so that a bad regex is found before the run.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from flume.caret import caret, quoted
from flume.duration import EPOCH
from flume.errors import ExpressionError, FlumeError
from flume.functions.registry import Function
from flume.terms import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    Field,
    Has,
    Item,
    Listing,
    Logic,
    Membership,
    Not,
    Record,
    Slice,
    Term,
    Whole,
    reading,
)

LONGEST: Final = 65_536  # characters of an expression
DEEPEST: Final = 50  # terms inside each other
MOST: Final = 2_000  # terms, not counting constants


def read(text: str, functions: Mapping[str, Function]) -> Term:
    """The terms of an expression in which these functions may be called; an `ExpressionError` where it is wrong."""
    return _Reader(text, functions).tree()


_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
_UNARY = {ast.USub: "-", ast.UAdd: "+"}
_COMPARE = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_SPELLED = {"true": "True", "false": "False", "null": "None", "none": "None", "nil": "None"}
_TIMES = frozenset({"now", "date", "startof", "endof", "quantize"})
_REFUSED = {
    ast.JoinedStr: "an f-string is not allowed; add texts with +, or give put a template",
    ast.Lambda: "lambda is not allowed; give a Python function in place of the expression",
    ast.NamedExpr: ":= is not allowed; an expression changes nothing",
    ast.Set: "a set is allowed only after in; write a list, or a field without braces",
    ast.Starred: "* is not allowed here",
    ast.Slice: "a slice is not allowed here",
    ast.Await: "await is not allowed",
    ast.ListComp: "a comprehension is not allowed",
    ast.SetComp: "a comprehension is not allowed",
    ast.DictComp: "a comprehension is not allowed",
    ast.GeneratorExp: "a comprehension is not allowed",
    ast.Yield: "yield is not allowed",
    ast.YieldFrom: "yield is not allowed",
}


class _Reader:
    """Reads one text: Python's own parser makes the tree, and each node of it is checked and becomes a term."""

    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        self.text = text
        self.functions = functions
        self.lines = text.split("\n")
        self.depth = self.count = 0
        self.shifted = False

    def tree(self) -> Term:
        if not self.text:
            raise ExpressionError("'': the expression is empty; write one such as 'status >= 500'")
        if len(self.text) > LONGEST:
            raise caret(f"an expression has at most {LONGEST:,} characters, not {len(self.text):,}", self.text, 0)
        # In parentheses an expression may go over several lines.
        several = "\n" in self.text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # '\d' in a regex
                body = ast.parse(f"({self.text}\n)" if several else self.text, mode="eval").body
        except SyntaxError as error:
            from flume.mistakes import syntax_error

            raise syntax_error(error, self.text, 1 if several else 0) from None
        except (ValueError, RecursionError, MemoryError) as error:
            reason = "it is nested too deeply" if not isinstance(error, ValueError) else str(error)
            raise caret(reason, self.text, 0) from None
        self.shifted = several
        if isinstance(body, ast.Tuple):
            items = ast.parse(f"[{self.text}\n]", mode="eval").body.elts  # type: ignore[attr-defined]
            if len(items) != 1 or ast.dump(items[0]) != ast.dump(body):  # there are no parentheses around it
                comma = self.text.find(",", self.place(body.elts[0])[1])
                raise caret("a comma makes a list: write it as one, [a, b]; a number has none", self.text, comma)
        return self.term(body)

    def refuse(self, node: ast.expr, reason: str) -> ExpressionError:
        return caret(reason, self.text, *self.place(node))

    def place(self, node: ast.expr) -> tuple[int, int]:
        """Where the node begins and ends in the text; ast counts lines, and bytes in them."""

        def offset(line: int, column: int) -> int:
            column -= 1 if self.shifted and line == 1 else 0
            before = sum(len(each) + 1 for each in self.lines[: line - 1])
            return before + len(self.lines[line - 1].encode()[:column].decode(errors="ignore"))

        return offset(node.lineno, node.col_offset), offset(node.end_lineno or 1, node.end_col_offset or 0)

    # -- terms ----------------------------------------------------------------------------------

    def term(self, node: ast.expr) -> Term:
        if self.depth >= DEEPEST:
            raise self.refuse(node, f"it is nested more than {DEEPEST} deep")
        self.count += not isinstance(node, ast.Constant)
        if self.count > MOST:
            raise self.refuse(node, f"it has more than {MOST:,} parts")
        self.depth += 1
        try:
            match node:
                case ast.Constant(value=value):
                    return self.constant(node, value)
                case ast.Name():
                    return self.name(node)
                case ast.Attribute():
                    return self.attribute(node)
                case ast.Subscript():
                    return self.subscript(node)
                case ast.UnaryOp():
                    return self.unary(node)
                case ast.BinOp():
                    return self.binary(node)
                case ast.Compare():
                    return self.comparison(node)
                case ast.BoolOp():
                    operator = "and" if isinstance(node.op, ast.And) else "or"
                    return Logic(operator, tuple(map(self.term, node.values)), text=self.shown(node))
                case ast.IfExp():
                    condition, then, otherwise = map(self.term, (node.test, node.body, node.orelse))
                    return Choice(condition, then, otherwise, text=self.shown(node))
                case ast.List() | ast.Tuple():
                    return Listing(tuple(map(self.term, node.elts)), text=self.shown(node))
                case ast.Dict():
                    return self.record(node)
                case ast.Call():
                    return self.call(node)
            raise self.refuse(node, _REFUSED.get(type(node), f"{type(node).__name__} is not allowed"))
        finally:
            self.depth -= 1

    def shown(self, node: ast.expr) -> str:
        start, end = self.place(node)
        text = " ".join(self.text[start:end].split())
        return text if len(text) <= 40 else text[:39] + "…"

    def constant(self, node: ast.expr, value: Any) -> Constant:
        if not (value is None or isinstance(value, (str, int, float))):
            raise self.refuse(node, f"{self.shown(node)} is no text, number, True, False or None")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.refuse(node, "the number is too large")
        return Constant(value, text=self.shown(node))

    def name(self, node: ast.Name) -> Term:
        if node.id.startswith("__"):
            raise self.refuse(node, f"{node.id} is not allowed; for a field of that name write point[{node.id!r}]")
        if (meant := _SPELLED.get(node.id.lower())) is not None:
            raise self.refuse(node, f'{node.id} is no field here; write {meant}, or point["{node.id}"] for a field')
        return Whole(text="point") if node.id == "point" else Field(node.id, text=node.id)

    def attribute(self, node: ast.Attribute) -> Term:
        if node.attr.startswith("__"):
            raise self.refuse(node, f"{node.attr} is not allowed; for a field of that name write point['…']")
        inner, shown = self.term(node.value), self.shown(node)
        if isinstance(inner, Whole):
            return Field(node.attr, text=shown)
        # point['a.b'].c goes into the field 'a.b', whatever 'a' holds.
        if isinstance(inner, Field) and not (isinstance(node.value, ast.Subscript) and "." in inner.name):
            return Field(f"{inner.name}.{node.attr}", text=shown)
        return Item(inner, Constant(node.attr), text=shown)

    def subscript(self, node: ast.Subscript) -> Term:
        inner, shown = self.term(node.value), self.shown(node)
        if isinstance(node.slice, ast.Slice):
            bounds = (node.slice.lower, node.slice.upper, node.slice.step)
            lower, upper, step = (None if bound is None else self.term(bound) for bound in bounds)
            return Slice(inner, (lower, upper, step), text=shown)
        index = self.term(node.slice)
        if isinstance(index, (Listing, Record)):
            raise self.refuse(node.slice, "one index at a time: write a[0][1], or a slice, a[0:1]")
        if isinstance(inner, Whole) and isinstance(index, Constant) and isinstance(index.constant, str):
            return Field(index.constant, text=shown)
        return Item(inner, index, text=shown)

    def unary(self, node: ast.UnaryOp) -> Term:
        if isinstance(node.op, ast.Invert):
            raise self.refuse(node, "~ is not allowed; write not")
        inner, shown = self.term(node.operand), self.shown(node)
        if isinstance(node.op, ast.Not):
            return Not(inner, text=shown)
        if isinstance(inner, Constant) and isinstance(node.op, ast.USub) and type(inner.constant) in (int, float):
            return Constant(-inner.constant, text=shown)
        return Arithmetic(_UNARY[type(node.op)], None, inner, text=shown)

    def binary(self, node: ast.BinOp) -> Term:
        operator = _BINARY.get(type(node.op))
        if operator is None:
            raise self.refuse(node, "@ is not allowed")
        left, right = self.term(node.left), self.term(node.right)
        if operator == "%" and isinstance(left, Constant) and isinstance(left.constant, str):
            raise self.refuse(node.left, "% formats no text; give put a template, put(x='{name}: {n:.1f}')")
        for here, term, other in ((node.left, left, right), (node.right, right, left)):
            self.check_span(here, term, other, operator)
        return Arithmetic(operator, left, right, text=self.shown(node))

    def check_span(self, node: ast.expr, term: Term, other: Term, operator: str) -> None:
        """Only beside a comparison a constant text may say a duration: `+` puts texts together."""
        timed = isinstance(other, Field) and other.name == "time"
        timed = timed or (isinstance(other, Call) and other.function.name in _TIMES and other.function.own)
        if (timed or operator == "-") and isinstance(term, Constant) and isinstance(term.constant, str):
            if reading(term.constant, timedelta, EPOCH) is not term.constant:
                raise self.refuse(node, f"{term.text} is text; write duration({term.text})")
            if reading(term.constant, datetime, EPOCH) is not term.constant:
                raise self.refuse(node, f"{term.text} is text; write date({term.text})")

    def record(self, node: ast.Dict) -> Term:
        names = []
        for key in node.keys:
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise self.refuse(key or node, "the names of a dict are texts")
            names.append(key.value)
        return Record(tuple(names), tuple(map(self.term, node.values)), text=self.shown(node))

    def comparison(self, node: ast.Compare) -> Term:
        shown = self.shown(node)
        if any(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops):
            if len(node.ops) > 1:
                raise self.refuse(node, "in is not allowed in a chain of comparisons; join them with and")
            value, container = self.term(node.left), node.comparators[0]
            items = tuple(map(self.term, container.elts)) if isinstance(container, ast.Set) else None
            inside = self.term(container) if items is None else Listing(items, text=self.shown(container))
            if isinstance(inside, Constant) and isinstance(inside.constant, (int, float)):
                raise self.refuse(container, f"nothing is in {inside.text}; write ==, or a list, [{inside.text}]")
            return Membership(value, inside, isinstance(node.ops[0], ast.NotIn), text=shown)
        nodes = [node.left, *node.comparators]
        terms = [self.term(each) for each in nodes]
        operators = [_COMPARE[type(op)] for op in node.ops]
        for place, operator in enumerate(operators):
            right = nodes[place + 1]
            if operator.startswith("is"):
                if not (isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool))):
                    raise self.refuse(right, f"{operator} compares with None, True or False only; write == or !=")
            else:
                self.check_time(nodes[place], terms[place], terms[place + 1])
                self.check_time(right, terms[place + 1], terms[place])
        return Comparison(terms[0], tuple(zip(operators, terms[1:], strict=True)), text=shown)

    def check_time(self, node: ast.expr, term: Term, other: Term) -> None:
        """The field `time` is always a time: a constant text beside it must say one."""
        if isinstance(other, Field) and other.name == "time" and isinstance(term, Constant):
            text = term.constant
            if isinstance(text, str) and reading(text, datetime, datetime.now(UTC)) is text:
                reason = f"{quoted(text)} is no date, and time is compared with it; write one as '2016-07-17'"
                raise self.refuse(node, reason)

    # -- calls ----------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Term:
        function = self.function(node.func)
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if None in named or any(isinstance(each, ast.Starred) for each in node.args):
            raise self.refuse(node, "* is not allowed in a call; give the values one by one")
        try:
            given = function.signature.bind(*node.args, **{name or "": each for name, each in named.items()})
        except TypeError as error:
            from flume.mistakes import wrong_arguments

            raise self.refuse(node, f"{function.usage}: {wrong_arguments(error, named, function.signature)}") from None
        shown = self.shown(node)
        if function.name == "has" and function.own:
            asked = self.term(node.args[0])
            if not isinstance(asked, Field):
                raise self.refuse(node.args[0], "has takes the name of a field: has(user.name)")
            return Has(asked.name, text=shown)
        ready = {name: prepare for name, prepare in function.prepare.items() if name in given.arguments}
        prepared = {id(given.arguments[name]): prepare for name, prepare in ready.items()}
        arguments = tuple(self.argument(each, prepared.get(id(each))) for each in (*given.args, *given.kwargs.values()))
        return self.once(node, Call(function, arguments, tuple(given.kwargs), text=shown))

    def function(self, node: ast.expr) -> Function:
        """What is called: a function by its name, one of a plugin's by a longer one as well, `acme.shout(x)`."""
        if isinstance(node, ast.Name):
            if (function := self.functions.get(node.id) or self.offered(node, node.id)) is not None:
                return function
            from flume.mistakes import no_function

            raise self.refuse(node, no_function(node.id, self.functions))
        method = node.attr if isinstance(node, ast.Attribute) else ""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            function = self.offered(node, f"{node.value.id}.{method}")
            if function is not None:
                return function
        hint = f"write {method}(…)" if method in self.functions else "functions are called by name, lower(x)"
        raise self.refuse(node, f"{self.shown(node)} cannot be called; {hint}")

    def offered(self, node: ast.expr, name: str) -> Function | None:
        """The function of this name that a plugin has."""
        from flume.errors import FlumeError
        from flume.functions.registry import offered

        try:
            return offered(name)
        except FlumeError as error:
            raise self.refuse(node, str(error).partition("\n")[0]) from error

    def argument(self, node: ast.expr, prepare: Callable[[Any], Any] | None) -> Term:
        term = self.term(node)
        if prepare is None or not isinstance(term, Constant) or term.constant is None:
            return term
        try:
            return Constant(prepare(term.constant), text=term.text)
        except Exception as error:
            raise self.refuse(node, str(error)) from None

    def once(self, node: ast.expr, call: Call) -> Term:
        """Make a call with constants now, where it will always give the same; where it depends on now, only try it."""
        values = [each.constant for each in call.arguments if isinstance(each, Constant)]
        if not call.function.pure or len(values) < len(call.arguments):
            return call
        if call.strict and None in values:
            return Constant(None, text=call.text)
        try:
            value = call.calculate(values, datetime.now(UTC))
        except Exception as error:
            reason = str(error) if isinstance(error, FlumeError) else f"it cannot be computed: {error}"
            raise self.refuse(node, reason) from None
        if call.function.now or isinstance(value, (list, dict)):  # a list is made anew for every point
            return call
        return Constant(value, text=call.text)
