"""Every kind of extension, by a plugin that is as small as can be and does its work in a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from flume import barchart, emit, expr, filter, head, memory, put, read, reduce, write
from flume.cli import main
from flume.errors import ExpressionError, OptionError, PluginError, SourceError
from flume.hookspecs import HOOKS
from flume.registry import Registry, default, use
from flume.testing import parse, render
from flume.testing.plugins import fake_plugin

PLUGIN = """
from flume import hookimpl

FLUME_API = 1

flume_sources = hookimpl(lambda: {"ramp": "every.sources:ramp", "pulse": "every.sources:pulse"})
flume_procs = hookimpl(lambda: {"twice": "every.procs:twice", "halve": "every.procs:halve"})
flume_reducers = hookimpl(lambda: {"longest": "every.reducers:longest", "final": "every.reducers:final"})
flume_sinks = hookimpl(lambda: {"tally": "every.sinks:tally"})
flume_adapters = hookimpl(lambda: {"shelf": "every.shelf:shelf"})
flume_parsers = hookimpl(lambda: {"pairs": "every.parsers:pairs", "loud": "every.parsers:loud"})
flume_views = hookimpl(lambda: {"sums": "every.views:sums"})
flume_functions = hookimpl(lambda: {"shout": "every.functions:shout", "lower": "every.functions:shout"})
flume_codecs = hookimpl(lambda: {"flip": "every.codecs:flip"})
flume_runners = hookimpl(lambda: {"counting": "every.runners:counting"})
"""

MODULES = {
    "every.plugin": PLUGIN,
    "every.sources": """
        from __future__ import annotations
        from flume import Source
        from flume.moment import date

        class ramp(Source):
            limit: int = 3

            def start(self, run):
                yield [{"n": n} for n in range(self.limit)]

        class pulse(Source):
            beats: int = 2

            def live(self, now):
                return True

            def ordered(self, before=False):
                return True

            def start(self, run):
                for n in range(self.beats):
                    yield [{"time": run.now, "n": n}]
    """,
    "every.procs": """
        from __future__ import annotations
        from flume import Proc, Stage
        from flume.generated import function

        class twice(Proc):
            def start(self, run):
                return _Twice()

        class _Twice(Stage):
            def push(self, batch):
                return [point for point in batch for _ in range(2)]

        class halve(Proc):
            field: str

            def code(self, needed):
                return f"def halve(batch):\\n    return [{{**p, {self.field!r}: p[{self.field!r}] / 2}} for p in batch]"

            def start(self, run):
                return _Halve(function("halve", self.code(None), {}))

        class _Halve(Stage):
            def __init__(self, compiled):
                self.push = compiled
    """,
    "every.reducers": """
        from __future__ import annotations
        from flume import Reducer

        class longest(Reducer[int]):
            field: str

            def start(self):
                return 0

            def add(self, state, value):
                return max(state, len(value))

            def result(self, state):
                return state

            def merge(self, left, right):
                return max(left, right)

        class final(Reducer):
            field: str

            def start(self):
                return None

            def add(self, state, value):
                return value

            def result(self, state):
                return state
    """,
    "every.sinks": """
        from __future__ import annotations
        from flume import Sink, Stage

        class tally(Sink):
            file: str

            def start(self, run):
                return _Tally(self.file)

        class _Tally(Stage):
            holds = True

            def __init__(self, file):
                self.file, self.count = file, 0

            def push(self, batch):
                self.count += len(batch)
                return []

            def end(self):
                with open(self.file, "w") as file:
                    file.write(str(self.count))
                return []
    """,
    "every.shelf": """
        from __future__ import annotations
        from dataclasses import replace
        from flume import Sink, Source, Stage, head
        from flume.adapting import Adapter

        asked = []
        kept = {}

        class Take(Source):
            name: str
            most: int | None = None

            def absorb(self, step):
                able = isinstance(step, head) and step.by is None and self.most is None
                return replace(self, most=step.n) if able else None

            def explained(self):
                return [f"takes {self.most} of {self.name}"]

            def start(self, run):
                asked.append(self.most)
                yield kept[self.name][: self.most]

        class Keep(Sink):
            name: str

            def start(self, run):
                return _Keeping(self.name)

        class _Keeping(Stage):
            def __init__(self, name):
                self.name, self.points = name, []

            def push(self, batch):
                self.points += batch
                return []

            def end(self):
                kept[self.name] = self.points
                return []

        class shelf(Adapter):
            Reader = Take
            Writer = Keep
    """,
    "every.parsers": """
        from __future__ import annotations
        from flume import LineParser, Parser
        from flume.parsing import Records, Rendering

        class pairs(Parser):
            "Two bytes a point, wherever blocks are cut."
            lines = False

            def parse(self, blocks, origin):
                rest = b""
                for block in origin.blocks(blocks):
                    data = rest + block
                    whole = len(data) // 2 * 2
                    rest = data[whole:]
                    points = [{"a": data[at], "b": data[at + 1]} for at in range(0, whole, 2)]
                    yield Records(points, origin, [1] * len(points))

            def render(self, *, live=False):
                return _Pairs()

        class _Pairs(Rendering):
            def push(self, batch):
                return bytes(value for point in batch for value in (point["a"], point["b"]))

        class loud(LineParser):
            def parse_line(self, line):
                return {"line": line.upper()}
    """,
    "every.views": """
        from __future__ import annotations
        from flume import Canvas, Picture, View

        class sums(View):
            formats = {"txt": "text/plain"}

            def open(self, target):
                return _Sums()

        class _Sums(Canvas):
            def draw(self, chart):
                return Picture("text/plain", str([sum(series.ys) for series in chart.series]).encode())
    """,
    "every.codecs": """
        from flume.compressing import Codec

        class Torn(Exception): ...

        class flip(Codec):
            def errors(self):
                return (*super().errors(), Torn)

            def compressor(self):
                return _Flipping()

            def decompressor(self):
                return _Unflipping()

        class _Flipping:
            "The bytes upside down, and a mark at the end."

            def compress(self, data):
                return bytes(255 - each for each in data)

            def flush(self):
                return b"."

        class _Unflipping:
            eof, unused_data, held = False, b"", b""

            def decompress(self, data, max_length=-1):
                self.held += data
                if b"!" in self.held:
                    raise Torn("an exclamation mark")
                if self.held.endswith(b"."):
                    self.held, self.eof = self.held[:-1], True
                given, self.held = self.held, b""
                return bytes(255 - each for each in given)
    """,
    "every.functions": """
        def shout(text: str) -> str:
            "Text in capitals."
            return text.upper() + "!"
    """,
    "every.runners": """
        from flume import Runner

        class counting(Runner):
            runs = []

            def execute(self, flow, settings):
                self.runs.append(flow)
                return super().execute(flow, settings)
    """,
    "every.command": """
        def greet(args):
            print("hello", *args)
            return 4
    """,
}


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    with ExitStack() as stack:
        commands = {"greet": "every.command:greet"}
        stack.enter_context(fake_plugin("flume-every", {"every": "every.plugin"}, MODULES, commands=commands))
        stack.enter_context(use(Registry()))
        yield


def word(name: str) -> Callable[..., Any]:
    """A word of the plugin's."""
    made: Callable[..., Any] = default().word(name)
    return made


def test_every_hook_is_used_here() -> None:
    """A kind that is added needs a plugin here."""
    assert sorted(default().plugin("every").offers) == sorted(HOOKS)


def test_a_source() -> None:
    """It makes points."""
    assert list(word("ramp")(limit=2)) == [{"n": 0}, {"n": 1}]


def test_a_live_source() -> None:
    """Its points come as time goes, and are there when they come."""
    assert [point["n"] for point in word("pulse")() | head(5)] == [0, 1]
    assert [point["n"] for point in word("pulse")(beats=100_000_000) | head(3)] == [0, 1, 2]


def test_a_proc() -> None:
    """Points into points."""
    assert list(word("ramp")(2) | word("twice")()) == [{"n": 0}, {"n": 0}, {"n": 1}, {"n": 1}]


def test_a_proc_with_a_compiled_form() -> None:
    """The code that it runs is shown."""
    pipeline = word("ramp")(2) | word("halve")("n")
    assert list(pipeline) == [{"n": 0}, {"n": 0.5}]
    assert "return [{**p, 'n': p['n'] / 2} for p in batch]" in pipeline.explain(code=True)


def test_a_reducer_that_merges_and_one_that_does_not() -> None:
    """Both fold; what processes share is only that which merges."""
    longest, final = word("longest"), word("final")
    names = emit(points=[{"x": "a"}, {"x": "abc"}, {"x": "ab"}])
    assert list(names | reduce(n=longest("x"), x=final("x"))) == [{"n": 3, "x": "ab"}]
    assert list(names | put(n=longest("x")))[-1] == {"x": "ab", "n": 3}
    assert (longest("x").mergeable, final("x").mergeable) == (True, False)


def test_a_sink(tmp_path: Path) -> None:
    """It takes points, and commits at the end."""
    (word("ramp")(5) | word("tally")(str(tmp_path / "count"))).execute()
    assert (tmp_path / "count").read_text() == "5"


def test_an_adapter_with_push_down() -> None:
    """It does the step itself that it absorbs, and no other; the answer is the same without."""
    (word("ramp")(5) | write("shelf", name="mine")).execute()
    pipeline = read("shelf", name="mine") | head(2) | head(1) | memory()
    assert "takes 2 of mine" in pipeline.explain()
    assert pipeline.execute().points == pipeline.execute(optimize=False).points == [{"n": 0}]
    from every.shelf import asked  # type: ignore[import-not-found]

    assert asked == [2, None]


def test_an_adapter_says_which_options_it_has() -> None:
    """Before anything is read."""
    with pytest.raises(OptionError, match=r"read\('shelf'\) has no option 'nam'; did you mean 'name'\?"):
        read("shelf", nam="mine")


def test_a_parser_of_bytes_that_renders(tmp_path: Path) -> None:
    """It is given bytes as they come, and what it writes it reads."""
    points = [{"a": 1, "b": 10}, {"a": 13, "b": 255}]
    file = str(tmp_path / "points")
    (emit(points=points) | write("stdio", file=file, format="pairs")).execute()
    assert Path(file).read_bytes() == b"\x01\n\r\xff"
    assert list(read("stdio", file=file, format="pairs")) == points
    assert parse(default().find("parser", "pairs")(), b"\x01\x02\x03\x04", block=3) == [
        {"a": 1, "b": 2},
        {"a": 3, "b": 4},
    ]


def test_a_parser_of_lines_that_does_not_render(tmp_path: Path) -> None:
    """It is given lines; that it cannot write is known before anything runs."""
    file = tmp_path / "lines"
    file.write_text("a\nb\n")
    assert list(read("stdio", file=str(file), format="loud")) == [{"line": "A"}, {"line": "B"}]
    with pytest.raises(OptionError, match="the format 'loud' can be read, not written"):
        write("stdio", format="loud")
    with pytest.raises(NotImplementedError):
        render(default().find("parser", "loud")(), [{"line": "a"}])


def test_a_view(tmp_path: Path) -> None:
    """It draws a chart of points."""
    file = tmp_path / "chart.txt"
    points = emit(points=[{"a": "x", "n": 1}, {"a": "y", "n": 2}])
    (points | barchart("sums", category="a", value="n", file=str(file))).execute()
    assert file.read_text() == "[3]"


def test_a_function_of_expressions() -> None:
    """By its name, or by a longer one; one that flume has itself is flume's."""
    names = emit(points=[{"name": "Ada"}, {"name": None}])
    assert list(names | put(name=expr("shout(name)"))) == [{"name": "ADA!"}, {"name": None}]
    assert list(names | filter("every.shout(name) == 'ADA!'")) == [{"name": "Ada"}]
    assert list(names | head(1) | put(a=expr("lower(name)"), b=expr("every.lower(name)"))) == [
        {"name": "Ada", "a": "ada", "b": "ADA!"}
    ]


def test_what_a_plugin_says_of_its_function() -> None:
    """It is called with None where it is not strict, and once with constants where it is pure."""
    modules = {
        "said": """
        import flume

        calls = []
        flume_functions = flume.hookimpl(lambda: {"told": "said_functions:told", "once": "said_functions:once"})
        """,
        "said_functions": """
        import flume, said

        @flume.function(strict=False)
        def told(value):
            return "nothing" if value is None else value

        @flume.function(pure=True)
        def once(value):
            said.calls.append(value)
            return value
        """,
    }
    with fake_plugin("flume-said", {"said": "said"}, modules), use(Registry()):
        names = emit(points=[{"name": "Ada"}, {"name": None}])
        assert list(names | put(name=expr("told(name)"), n=expr("once(7)"))) == [
            {"name": "Ada", "n": 7},
            {"name": "nothing", "n": 7},
        ]
        import said

        assert said.calls == [7]


def test_a_function_that_is_marked_is_offered_by_the_hook_alone() -> None:
    """Whichever plugin was imported first: two of one name clash, and what has the mark and no hook is not there."""
    code = """
        import flume

        @flume.function(pure=True)
        def cry(text):
            return text + "!"

        @flume.function
        def unheard(text):
            return text

        flume_functions = flume.hookimpl(lambda: {"cry": cry})
    """
    with ExitStack() as stack:
        for name in ("one", "two"):
            stack.enter_context(fake_plugin(f"flume-{name}", {name: f"{name}_cries"}, {f"{name}_cries": code}))
        stack.enter_context(use(Registry()))
        assert expr("one.cry('a')")({}) == "a!"
        with pytest.raises(ExpressionError, match=r"flume-one \(one.cry\) and flume-two \(two.cry\) both offer 'cry'"):
            expr("cry('a')")
        with pytest.raises(ExpressionError, match="there is no function 'unheard'"):
            expr("unheard('a')")


def test_a_compression(tmp_path: Path) -> None:
    """It is used where it is named; what is damaged is an error."""
    file = tmp_path / "points.flip"
    flipped: dict[str, str] = {"file": str(file), "compression": "flip", "format": "jsonl"}
    (emit(points=[{"n": 1}, {"n": 2}]) | write("stdio", **flipped)).execute()
    assert bytes(255 - each for each in file.read_bytes()[:-1]) == b'{"n": 1}\n{"n": 2}\n'
    assert list(read("stdio", **flipped)) == [{"n": 1}, {"n": 2}]
    file.write_bytes(b"!")
    with pytest.raises(SourceError, match=r"points.flip: damaged flip data \(an exclamation mark\)"):
        list(read("stdio", **flipped))
    with pytest.raises(OptionError, match=r"compression takes None or one of gzip, .*, not 'flop'"):
        read("stdio", file="a", compression="flop")


def test_a_function_that_cannot_be_had() -> None:
    """The place in the expression is shown."""
    two = "from flume import hookimpl\nflume_functions = hookimpl(lambda: {'%s': '%s'})"
    with ExitStack() as stack:
        for name, offer in (("one", ("cry", "one:no")), ("two", ("cry", "two:no")), ("bad", ("gone", "nosuchlib"))):
            stack.enter_context(fake_plugin(f"flume-{name}", {name: name}, {name: two % offer}))
        stack.enter_context(use(Registry()))
        with pytest.raises(ExpressionError, match=r"flume-one \(one.cry\) and flume-two \(two.cry\) both offer 'cry'"):
            expr("cry(name)")
        with pytest.raises(ExpressionError, match=r"the function 'gone' of flume-bad .* cannot be imported"):
            expr("1 + gone(name)")
        with pytest.raises(ExpressionError, match="there is no function 'shouted'"):
            expr("shouted(name)")
        with pytest.raises(ExpressionError, match=r"name.lower cannot be called; write lower\(…\)"):
            expr("name.lower()")


def test_a_runner() -> None:
    """`execute` asks the one of this name."""
    flow = emit(limit=2, start="2020-01-01") | memory()
    assert len(flow.execute(runner="counting").points) == 2
    assert default().find("runner", "counting").runs == [flow]


def test_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`flume greet` calls it, with what stands behind."""
    assert main(["greet", "you"]) == 4
    assert capsys.readouterr().out == "hello you\n"


def test_none_is_imported_before_its_name_is_used() -> None:
    """Not even those of the same plugin."""
    import sys

    default().plugins()
    word("ramp")
    assert sorted(module for module in sys.modules if module.startswith("every.")) == ["every.plugin", "every.sources"]


def test_a_word_that_cannot_be_imported_spoils_no_other() -> None:
    """It is said when it is asked for."""
    with fake_plugin("flume-other", {"other": "other"}, {"other": PLUGIN.replace("every.procs", "other.procs")}):
        registry = Registry(allowed="other")
        with pytest.raises(PluginError, match=r"the proc 'twice' of flume-other 1\.0 cannot be imported"):
            registry.word("twice")
        assert registry.word("ramp") is not None
