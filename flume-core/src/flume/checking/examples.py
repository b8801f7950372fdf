"""Examples: that of a docstring runs, and makes what it is the example of."""

from __future__ import annotations

import contextlib
import doctest
import functools
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flume.checking.check import CheckFailed, Part
from flume.errors import in_one_line

_FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def run_example(part: Part) -> list[Any]:
    """Run the example in the docstring, in an empty folder, and give back what it has made of the class.

    Raises `CheckFailed` where there is none, or where it gives something else than it says.
    """
    name = part.name.rpartition(".")[2]
    scope: dict[str, Any] = {}
    for thing in (part.thing, part.parent):  # in the docstring of each its own module is in scope
        if (module := sys.modules.get(getattr(thing, "__module__", ""))) is not None:
            scope |= vars(module)
    test = doctest.DocTestParser().get_doctest(part.documentation, scope, name, None, 0)
    if not test.examples:
        raise CheckFailed("its docstring has no example", f"show one: >>> {name}(…) and below what it gives")
    with _made(part.thing) as made, tempfile.TemporaryDirectory() as folder:
        try:
            with contextlib.chdir(folder), contextlib.redirect_stderr(io.StringIO()):
                doctest.DebugRunner(verbose=False, optionflags=_FLAGS).run(test)
        except doctest.DocTestFailure as failure:
            code = failure.example.source.strip()
            gives = f"gives {_shown(failure.got)}, not {_shown(failure.example.want)}"
            raise CheckFailed(f"its example {_shown(code)} {gives}", "mend the example, or the word") from None
        except doctest.UnexpectedException as failure:
            code, error = failure.example.source.strip(), failure.exc_info[1]
            raise CheckFailed(f"its example {_shown(code)} raises {in_one_line(error)}", "mend it") from error
    if isinstance(part.thing, type) and not made:
        raise CheckFailed(f"its example makes no {part.thing.__name__}", "show one that is made and used")
    return made


@contextmanager
def _made(thing: Any) -> Iterator[list[Any]]:
    """What is made of the class as long as the block lasts."""
    made: list[Any] = []
    if not isinstance(thing, type):
        yield made
        return
    own = thing.__dict__.get("__init__")
    init: Any = thing.__init__  # type: ignore[misc]

    @functools.wraps(init)  # its signature is asked for, to show an object
    def noting(self: Any, *args: Any, **options: Any) -> None:
        init(self, *args, **options)
        if type(self) is thing:
            made.append(self)

    type.__setattr__(thing, "__init__", noting)
    try:
        yield made
    finally:
        if own is None:
            type.__delattr__(thing, "__init__")
        else:
            type.__setattr__(thing, "__init__", own)


def _shown(text: str) -> str:
    """Text of an example or its output as it stands in a sentence."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 80 else f"{line[:79]}…")
