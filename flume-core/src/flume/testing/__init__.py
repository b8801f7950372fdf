"""What flume is tested with, and what authors of plugins test with.

    from flume.testing import ReducerSuite, run

`run`, `parse` and `render` try a step, a format; `script` is a source that does what is written down, on a `Clock`
that is moved by hand; `fake_plugin` is a package that looks installed; the suites are the laws of each kind of plugin,
to be inherited by a test.  Suites need hypothesis, and pytest: `pip install 'flume-core[testing]'`.

Names are loaded when they are first touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flume.flow import Point, Step
from flume.parsing import Parser

if TYPE_CHECKING:
    from flume.testing.adapters import AdapterSuite as AdapterSuite
    from flume.testing.clock import Clock as Clock
    from flume.testing.parsers import ParserSuite as ParserSuite
    from flume.testing.plugins import fake_plugin as fake_plugin
    from flume.testing.procs import ProcSuite as ProcSuite
    from flume.testing.reducers import ReducerSuite as ReducerSuite
    from flume.testing.round_trips import RoundTripSuite as RoundTripSuite
    from flume.testing.scripted import script as script
    from flume.testing.sinks import SinkSuite as SinkSuite
    from flume.testing.sources import SourceSuite as SourceSuite
    from flume.testing.views import ViewSuite as ViewSuite

_NAMES = {
    "Clock": "clock",
    "script": "scripted",
    "fake_plugin": "plugins",
    "ReducerSuite": "reducers",
    "ProcSuite": "procs",
    "ParserSuite": "parsers",
    "SourceSuite": "sources",
    "SinkSuite": "sinks",
    "RoundTripSuite": "round_trips",
    "AdapterSuite": "adapters",
    "ViewSuite": "views",
}
"""The names that are loaded when they are first touched, and the module of each."""

__all__ = ["parse", "render", "run", *_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'flume.testing' has no attribute {name!r}")
    value = getattr(import_module(f"flume.testing.{_NAMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def run(points: Iterable[Point], *steps: Step, batch: int | None = None, ordered: bool | None = None) -> list[Point]:
    """Run *points* through *steps* and return what leaves, times as text.

    *batch* is the number of points pushed at once (default: all); *ordered* says whether the steps are told that the
    points are in order of time (default: whether they are).

    >>> from flume import head
    >>> run([{"a": 1}, {"a": 2}], head(1))
    [{'a': 1}]
    """
    from flume.engine.local import gather
    from flume.testing.listing import listed

    return [shown(point) for point in gather(listed(points, batch, ordered), steps)]


def shown(value: Any) -> Any:
    """*value* with every time as flume prints it."""
    from datetime import datetime

    from flume.moment import render

    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, dict):
        return {k: shown(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown(v) for v in value]
    return value


def parse(parser: Parser, text: str | bytes, *, block: int | None = None) -> list[Point]:
    """The points that *parser* reads of *text*, given in blocks of *block* bytes (default: at once).

    >>> from flume.parsers.lines import lines
    >>> parse(lines(), 'a\\nb')
    [{'line': 'a'}, {'line': 'b'}]
    """
    from flume.adapters.blocks import line_blocks
    from flume.parsing import Origin, encode
    from flume.run import Run

    data = encode(text) if isinstance(text, str) else text
    size = block or max(1, len(data))
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    origin = Origin(Run(), "text")
    batches = parser.parse(line_blocks(chunks) if parser.lines else chunks, origin)
    return [point for batch in batches if isinstance(batch, list) for point in batch]


def render(parser: Parser, points: Iterable[Point]) -> str:
    """The text that *parser* writes of *points*.

    >>> from flume.parsers.lines import lines
    >>> render(lines(), [{'line': 'a'}])
    'a\\n'
    """
    from flume.parsing import decode

    rendering = parser.render()
    try:
        return decode(rendering.push(list(points)) + b"".join(rendering.end()))
    finally:
        rendering.close()
