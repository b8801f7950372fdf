"""Script: Python text of the user's; which names it uses, what its value is, and where in it something is wrong."""

from __future__ import annotations

import ast
import symtable
import warnings
from keyword import iskeyword
from types import ModuleType
from typing import Any, NamedTuple

from flume.caret import caret
from flume.errors import FlumeError, UnknownName, UsageError

UNNAMED = "<program>"
RC = "flumerc"  # the name of the module that a file of the user's own words is
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_DEFINITIONS = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


class Place(NamedTuple):
    """A place in a text: columns are counted in bytes, as `ast` does."""

    line: int
    start: int
    end: int | None


class Script:
    """An expression; or, with *module*, statements whose last expression is the value.

    *name*: of the file, where it comes from one.  An expression may go over several lines, without brackets.
    `from flume import *` costs nothing: of all the words, those that are used are looked up.
    Raises `UsageError` for text that is no Python.
    """

    def __init__(self, text: str, name: str = "", *, module: bool = False) -> None:
        self.text = text if module else text.strip()
        self.name = name
        self.module = module
        self._source = self.text
        self._shift = 0  # characters put before the first line
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '\d' is what people write
            self.tree = self._parse()
            self._table = symtable.symtable(self._source, self.name or UNNAMED, self._mode)

    # -- the names in it --------------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names that are looked up outside of the functions in it, but for those that it gives a value itself."""
        own = self.own_names()
        return [name for name in self._globals() if name not in own]

    def own_names(self) -> set[str]:
        """The names that it gives a value itself."""
        return {symbol.get_name() for symbol in self._table.get_symbols() if symbol.is_local()}

    def rebound_names(self) -> list[str]:
        """The names that it gives a value and looks up, as in `count = count()`."""
        own = self.own_names()
        return [name for name in self._globals() if name in own]

    def attributes(self, name: str) -> list[str]:
        """What is asked of the name: `lake` of `acme` in `acme.lake()`."""
        asked = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))
        return [node.attr for node in asked if isinstance(node.value, ast.Name) and node.value.id == name]

    @property
    def may_run(self) -> bool:
        """Whether statements may run a pipeline themselves: they call `execute`, or do not just end in a definition."""
        if any(isinstance(node, ast.Attribute) and node.attr == "execute" for node in ast.walk(self.tree)):
            return True
        last = self.tree.body[-1] if isinstance(self.tree, ast.Module) and self.tree.body else None
        return last is not None and not isinstance(last, _DEFINITIONS)

    @property
    def ends_in_expression(self) -> bool:
        """Whether its last line can be its value."""
        return isinstance(self.tree, ast.Expression) or isinstance(next(reversed(self.tree.body), None), ast.Expr)

    # -- its value --------------------------------------------------------------------------------

    def run(self, scope: dict[str, Any]) -> Any:
        """Run it in *scope* and give back its value; None where statements do not end in an expression.

        An error of flume's, or any in a file, is raised as it is, with a note of the line; of an expression any other
        is a `UsageError` that points at the place.
        """
        scope.setdefault("__name__", "__main__")
        if self.name:
            scope.setdefault("__file__", self.name)
        try:
            return self._run(scope)
        except Exception as error:
            if isinstance(error, AttributeError) and (unknown := _unknown_word(error)):
                raise self.pointed(unknown, self._asked(str(error.name))) from error
            if file := _users_file(error):
                error.add_note(f"in {file}")
            if self.name or isinstance(error, (FlumeError, OSError)):
                raise
            reason = UsageError(f"{type(error).__name__}: {' '.join(str(error).split())}")
            reason.__notes__ = getattr(error, "__notes__", [])
            raise self.pointed(reason, self._place(error)) from error

    def _run(self, scope: dict[str, Any]) -> Any:
        tree = self.tree
        name = self.name or UNNAMED
        if isinstance(tree, ast.Expression):
            return eval(compile(tree, name, "eval"), scope)
        body = [node for node in tree.body if not _is_star(node)]
        last = body.pop() if self.ends_in_expression and body else None
        exec(compile(ast.Module(body, tree.type_ignores), name, "exec"), scope)
        return eval(compile(ast.Expression(last.value), name, "eval"), scope) if isinstance(last, ast.Expr) else None

    # -- places in it -----------------------------------------------------------------------------

    def unknown(self, error: FlumeError, name: str) -> FlumeError:
        """The error for a name in it that means nothing, with the place where it is first used."""
        uses = (node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node.id == name)
        node = min(uses, key=lambda node: (node.lineno, node.col_offset), default=None)
        return self.pointed(error, None if node is None else Place(node.lineno, node.col_offset, node.end_col_offset))

    def pointed(self, error: FlumeError, place: Place | None) -> FlumeError:
        """*error* with the line in question below it and a caret; its hints stand between."""
        if place is None:
            return error
        lines = self._source.split("\n")
        line = lines[place.line - 1].encode()
        start = len(line[: place.start].decode(errors="replace"))
        end = start + 1 if place.end is None else len(line[: place.end].decode(errors="replace"))
        before = sum(len(each) + 1 for each in lines[: place.line - 1]) - self._shift
        _, *shown = str(caret("", self.text, before + start, before + end)).split("\n")
        where = f"{self.name}:{place.line}: " if self.name else ""
        pointed = type(error)("\n".join([f"{where}{error}", *shown]))
        pointed.__notes__ = getattr(error, "__notes__", [])
        return pointed

    def _asked(self, attribute: str) -> Place | None:
        """Where *attribute* is asked for, of anything."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and node.attr == attribute and node.end_col_offset and node.end_lineno:
                return Place(node.end_lineno, node.end_col_offset - len(attribute.encode()), node.end_col_offset)
        return None

    def _place(self, error: BaseException) -> Place | None:
        """Where in this text *error* was raised, or what was called there raised it."""
        place = None
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename == (self.name or UNNAMED):
                line, end_line, start, end = list(code.co_positions())[trace.tb_lasti // 2]
                if line is not None and start is not None:
                    place = Place(line, start, end if end_line == line else None)
            trace = trace.tb_next
        return place

    # -- reading it -------------------------------------------------------------------------------

    def _parse(self) -> ast.Module | ast.Expression:
        try:
            return self._parsed()
        except _UNREADABLE as error:
            brackets = any(text in str(error) for text in ("unmatched", "never closed", "does not match"))
            if self.module or "\n" not in self.text or brackets:
                raise self._wrong(error) from error
        self._source, self._shift = f"({self.text}\n)", 1  # in brackets, lines go on
        try:
            return self._parsed()
        except _UNREADABLE as error:
            raise self._wrong(error) from error

    def _parsed(self) -> ast.Module | ast.Expression:
        tree = ast.parse(self._source, self.name or UNNAMED, self._mode)
        assert isinstance(tree, (ast.Module, ast.Expression))
        return tree

    @property
    def _mode(self) -> str:
        return "exec" if self.module else "eval"

    def _wrong(self, error: BaseException) -> FlumeError:
        """The error for text that is no Python."""
        what = self.name or "the program"
        if not self.text.strip():
            return UsageError(f"{what} is empty; a program is like: emit(limit=3) | write('stdio')")
        if not isinstance(error, SyntaxError) or not error.lineno:
            return UsageError(f"{what} is no Python: {' '.join(str(error).split()) or 'it is nested too deeply'}")
        lines = f"{'(' * self._shift}{self.text}".split("\n")
        line = min(error.lineno, len(lines))
        text = lines[line - 1]
        inside = bool(error.offset) and line == error.lineno
        start = max(0, (error.offset or 1) - 1) if inside else len(text.rstrip()) - 1
        end = error.end_offset - 1 if inside and error.end_offset and error.end_lineno == error.lineno else start + 1
        reason = str(error.msg)
        if reason == "invalid syntax":
            if not inside:
                reason = "something is missing at its end"
            elif iskeyword(text[start:end]) and text[end:].lstrip()[:1] == "=":
                word = text[start:end]
                reason = f"{word} is a word of Python's; an option is written {word}_=, a field **{{{word!r}: …}}"
        wrong = UsageError(f"this is no Python: {reason}{self._hint()}")
        columns = [len(text[:column].encode()) for column in (start, max(end, start + 1))]
        return self.pointed(wrong, Place(line, *columns))

    def _hint(self) -> str:
        """What to do with statements that stand where an expression must."""
        if self.module:
            return ""
        try:
            ast.parse(self.text)
        except _UNREADABLE:
            return ""
        return "\n  a program on the command line is one expression; statements go into a file: flume -f program.py"

    def _globals(self) -> list[str]:
        """The names that are looked up outside of the functions and lambdas in it."""
        names: dict[str, None] = {}
        waiting = [self._table]
        while waiting:
            table = waiting.pop(0)
            names |= dict.fromkeys(s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced())
            waiting.extend(table.get_children())
        return [name for name in names if not name.startswith("__")]


def _is_star(node: ast.stmt) -> bool:
    """Whether it is `from flume import *`."""
    return isinstance(node, ast.ImportFrom) and node.module == "flume" and node.names[0].name == "*"


def _users_file(error: BaseException) -> str | None:
    """The innermost file and line of the user's that *error* went through: `program.py:3`."""
    file = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") in ("__main__", RC):
            code = trace.tb_frame.f_code
            file = f"{code.co_filename}:{trace.tb_lineno}" if code.co_filename != UNNAMED else file
        trace = trace.tb_next
    return file


def _unknown_word(error: AttributeError) -> FlumeError | None:
    """The error for a word that was asked of a pipeline, as `emit().hed()`, or of a namespace, as `date.yeer`."""
    if isinstance(error.__cause__, FlumeError):
        return error.__cause__
    if not isinstance(error.obj, ModuleType) or not error.obj.__name__.startswith("flume"):
        return None
    from difflib import get_close_matches

    namespace = error.obj.__name__.rpartition(".")[2]
    close = get_close_matches(str(error.name), [name for name in dir(error.obj) if not name.startswith("_")], 1)
    hint = f"\n  did you mean '{namespace}.{close[0]}'?" if close else ""
    return UnknownName(f"no word called '{namespace}.{error.name}'{hint}")


def decoded(data: bytes, name: str) -> str:
    """The text of the file *name*; a `UsageError` where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}: this is not UTF-8: {data[error.start : error.end]!r}") from error
