"""Writes what expressions can call into the page of expressions: python docs/functions.py

Each example is the one of the function's docstring, done as an expression; what stands behind it is what came out.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from flume.expression import expr
from flume.functions.registry import THEMES, Function, table

PAGE = Path(__file__).parent / "expressions.md"
_BELOW = re.compile(
    r"(?<=^<!-- functions: python docs/functions\.py writes what follows -->\n).*\Z", re.MULTILINE | re.DOTALL
)
_OF_A_POINT = re.compile(r'expr\("(?P<text>.*)"\)\((?P<point>\{.*\})\)')


def renewed(page: str) -> str:
    """The text of the page with the functions as they are now."""
    return _BELOW.sub(lambda found: "\n" + "\n\n".join(sections()) + "\n", page)


def sections() -> Iterator[str]:
    """The functions, theme by theme, in the order written."""
    for theme in THEMES:
        module = import_module(f"flume.functions.{theme}")
        about = inspect.cleandoc(module.__doc__ or "")
        yield f"### {theme.capitalize()}\n\n{re.sub(r'  +', ' ', about)}"
        for function in table().values():
            if function.own and inspect.getmodule(inspect.unwrap(function.call)) is module:
                yield section(function)


def section(function: Function) -> str:
    """What is said of one."""
    text = inspect.cleandoc(function.call.__doc__ or "").partition("\n\n>>>")[0]
    shown = list(examples(function))
    width = max(len(example) for example, _ in shown)
    lines = "\n".join(f"{example:<{width}}  → {value}" for example, value in shown)
    return f"#### {function.name}\n\n`{function.usage}`\n\n{text}\n\n```text\n{lines}\n```"


def examples(function: Function) -> Iterator[tuple[str, str]]:
    """Its examples, each with the value that it has."""
    for example in doctest.DocTestParser().get_examples(function.call.__doc__ or ""):
        source = example.source.strip()
        if source.startswith("from "):
            continue
        if of_a_point := _OF_A_POINT.fullmatch(source):
            text, point = of_a_point.groups()
            yield f"{text} of {point}", repr(expr(text)(ast.literal_eval(point)))
        else:
            yield source, repr(expr(source)({}))


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
