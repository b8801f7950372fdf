"""Program: from what the command line says to a pipeline."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Mapping
from typing import Any

from flume.cli.arguments import Arguments
from flume.cli.mistaken import check_words, unknown_word
from flume.cli.rc import own_words
from flume.cli.script import Script, decoded
from flume.cli.words import evaluate, meaning, scope
from flume.errors import UnknownName, UsageError
from flume.flow import Flow, Pipeline
from flume.report import Report
from flume.screen import screen_of

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_ADAPTER = re.compile(r"[a-z_][\w.]*")


def prepared(arguments: Arguments) -> Flow | Report | None:
    """The pipeline that is asked for, with a sink at its end; a report, or None, where the program has run one itself.

    Raises a `UsageError` where there is no program, or it is wrong.
    """
    script = _script(arguments)
    own = own_words() if arguments.rc else {}
    if not script.module and _WORD.fullmatch(script.text) and script.text not in own:
        try:
            meaning(script.text)
        except UnknownName as error:
            raise unknown_word(script.text, error) from None
    flow = program(script, own)
    return ending_in(flow, arguments.implicit_sink or usual_sink(flow), own) if isinstance(flow, Flow) else flow


def program(script: Script, own: Mapping[str, Any]) -> Flow | Report | None:
    """The pipeline that the text stands for; a report, or None, where it has run one itself.

    *own*: the user's own names.  Raises `UsageError` where the text is no program.

    >>> program(Script("emit(limit=3) | head(1)"), {})
    emit(3) | head()
    """
    value = evaluate(script, scope(script, own))
    flow = _as_flow(value)
    if flow is not None:
        return flow
    if isinstance(value, Report):
        return value
    if script.module and value is None and script.may_run:
        return None
    raise UsageError(_no_pipeline(value, script))


def sink(text: str, own: Mapping[str, Any]) -> Flow:
    """The end that *text* stands for: the name of an adapter, or a sink with any steps before it.

    >>> sink('stdio', {}), sink("head(2) | write('stdio', format='csv')", {})
    (write('stdio'), head(2) | write('stdio', format='csv'))
    """
    from flume.engine.plan import has_sink

    if _ADAPTER.fullmatch(text) and text not in own:
        from flume.sinks.write import write

        return write(text)
    script = Script(text)
    end = _as_flow(evaluate(script, scope(script, own)))
    if end is None or not has_sink(end):
        raise UsageError(f"--implicit-sink takes the name of an adapter or a sink such as write('stdio'), not {text!r}")
    return end


def usual_sink(flow: Flow) -> str:
    """What a pipeline without a sink ends in: a table on a terminal, where there is an end to it, else JSON lines."""
    if screen_of(sys.stdout) is None:
        return "stdio"
    from flume.engine.plan import plan

    return "stdio" if plan(flow).live else "write('stdio', format='table')"


def ending_in(flow: Flow, end: str, own: Mapping[str, Any]) -> Flow:
    """*flow* itself where every way through it ends in a sink, else followed by what *end* says."""
    from flume.engine.plan import has_sink

    return flow if has_sink(flow) else flow | sink(end, own)


def _script(arguments: Arguments) -> Script:
    """The text of the program: an argument, a file, or standard input."""
    words = arguments.words
    if arguments.file is None and words != ["-"]:
        check_words(words)
        return Script(words[0])
    if arguments.file is not None and words:
        raise UsageError(f"there are two programs, the file {arguments.file!r} and {words[0]!r}; give one")
    if arguments.file in (None, "-"):
        return Script(decoded(_standard_input(), "standard input"), "standard input", module=True)
    file = os.fspath(arguments.file)
    try:
        with open(file, "rb") as opened:
            text = decoded(opened.read(), file)
    except OSError as error:
        raise UsageError(f"cannot read the program {file!r}: {(error.strerror or str(error)).lower()}") from error
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))  # what it imports may stand beside it
    return Script(text, file, module=True)


def _standard_input() -> bytes:
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "it is closed")
        return sys.stdin.buffer.read()
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        advice = 'flume "PROGRAM" and flume -f FILE take it from somewhere else'
        raise UsageError(f"cannot read the program from standard input: {found}; {advice}") from error


def _as_flow(value: object) -> Flow | None:
    """The value as a flow; a tuple of flows is a fork."""
    if isinstance(value, Flow):
        return value
    if isinstance(value, tuple):
        try:
            return Pipeline(()) | value
        except TypeError:
            pass
    return None


def _no_pipeline(value: object, script: Script) -> str:
    what = script.name or "the program"
    if value is None and script.module:
        return f"{what} runs nothing: let its last line be a pipeline, or call .execute()"
    if isinstance(value, type):
        return f"{what} is the word {value.__name__!r}, no pipeline; words are called: {value.__name__}(…)"
    shown = " ".join(repr(value).split())
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    return f"{what} is {shown}, no pipeline; a pipeline is like: emit(limit=3) | write('stdio')"
