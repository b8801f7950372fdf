"""ViewSuite: the laws that every view keeps, as tests that a plugin inherits."""

from __future__ import annotations

import gc
import re
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias
from xml.etree import ElementTree

from flume.testing.charts import Charts, charts, hostile, unseen
from flume.testing.pictures import ANY, MAGIC, READABLE, addresses, is_shown, texts
from flume.testing.resources import children, held, temporary_folder
from flume.viewing import Canvas, Chart, Kind, Picture, Screen, Target, View
from flume.width import width

Place: TypeAlias = Literal["title", "xlabel", "ylabel", "categories", "series"]

_ESCAPE = re.compile("\x1b\\[[0-9;]*m")  # the one command that text may have for a terminal: a colour
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SMALL = {"text/plain": (80, 26)}  # sizes of pictures that are quickly drawn


class ViewSuite:
    """Tests that a view draws every chart, whatever its text, and leaves nothing behind.

    A test of the view inherits them, with pytest, and says of which view; what it may not be able to do is a class
    attribute::

        class TestTally(ViewSuite):
            view = tally()

    Each law is tried with every kind of chart and every format that the view has; a view that shows its pictures
    itself, in a window, is tried without those of pictures.
    """

    view: ClassVar[View]
    """The view, with its options."""

    seconds: ClassVar[float] = 2.0
    """How long any picture may take, in seconds."""

    frames: ClassVar[int] = 100
    """How many pictures are drawn one after the other, to see whether memory grows."""

    dated: ClassVar[frozenset[str]] = frozenset()
    """The formats whose pictures have the time in them, so that the same chart does not give the same bytes."""

    shown: ClassVar[frozenset[Place]] = frozenset({"title", "xlabel", "ylabel", "categories", "series"})
    """The texts of a chart that the view shows, where there is room for them."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Give each test the kinds of the view, and its formats: all, those of markup, or those of plain text."""
        types = self.view.formats
        cases: dict[str, list[Any]] = {
            "kind": sorted(self.view.kinds),
            "format": sorted(types) or [None],
            "written": sorted(each for each in types if types[each] in READABLE),
            "plain": sorted(each for each in types if types[each] == "text/plain"),
        }
        for name in metafunc.fixturenames:
            if name in cases:
                metafunc.parametrize(name, cases[name])

    def test_time(self, kind: Kind, format: str | None) -> None:
        """No chart takes longer to draw than `seconds`."""
        with self._canvas(Target(format)) as canvas:
            for name, chart in self._charts(kind, canvas).items():
                began = time.perf_counter()
                canvas.draw(chart)
                took = time.perf_counter() - began
                assert took < self.seconds, f"{name}: took {took:.1f} s"

    def test_media_type(self, kind: Kind, format: str | None) -> None:
        """A picture is what `formats` says of the format that was asked for, and so are its bytes."""
        with self._canvas(Target(format)) as canvas:
            for name, chart in self._charts(kind, canvas).items():
                if format is None:
                    assert canvas.draw(chart) is None, f"{name}: there is a picture, but formats has none"
                    continue
                picture, wanted = self._drawn(canvas, chart, name), self.view.formats[format]
                assert picture.media_type == wanted, f"{name}: a {format} is {wanted}, not {picture.media_type}"
                begin = MAGIC.get(wanted, ANY)
                assert begin.match(picture.data), f"{name}: no {format} begins with {picture.data[:20]!r}"

    def test_own_choice(self, kind: Kind) -> None:
        """Where no format is asked for, the picture is of one that the view has."""
        with self._canvas(Target()) as canvas:
            picture = canvas.draw(hostile(kind)["hostile 0"])
        known = [*self.view.formats.values()]
        assert (picture is None) == self.view.window, "there is a picture, or else a window"
        assert picture is None or picture.media_type in known, f"{picture.media_type} is none of {known}"

    def test_repeatable(self, kind: Kind, format: str | None) -> None:
        """The same charts give the same pictures, byte for byte."""
        if format in self.dated:
            return
        with self._canvas(Target(format)) as one, self._canvas(Target(format)) as other:
            for name, chart in self._charts(kind, one).items():
                assert one.draw(chart) == other.draw(chart), f"{name}: the second picture is another"

    def test_well_formed(self, kind: Kind, written: str) -> None:
        """Text is UTF-8, and SVG is XML, whatever the texts of the chart."""
        for name, picture in self._pictures(kind, Target(written)):
            try:
                picture.data.decode()
                if picture.media_type == "image/svg+xml":
                    ElementTree.fromstring(picture.data)
            except (ElementTree.ParseError, UnicodeDecodeError) as error:
                raise AssertionError(f"{name}: {error}") from None

    def test_offline(self, kind: Kind, written: str) -> None:
        """A picture shows without a network: it has no address but in comments and the names of kinds of XML."""
        for name, picture in self._pictures(kind, Target(written)):
            found = addresses(picture)
            assert not found, f"{name}: it has the address {found[0]}"

    def test_labels(self, kind: Kind, written: str) -> None:
        """The texts of a chart are in its picture as they are, but for an end that an ellipsis stands for."""
        with self._canvas(Target(written)) as canvas:
            for name, chart in hostile(kind).items():
                shown = texts(self._drawn(canvas, chart, name))
                for text in self._labels(chart):
                    assert is_shown(text, shown), f"{name}: {text!r} is not shown"

    def test_nothing_to_obey(self, kind: Kind, written: str) -> None:
        """Text has no control characters, of labels or others, but those for colours on a terminal that has them."""
        for colour in (False, True):
            for name, picture in self._pictures(kind, Target(written, screen=Screen(100, 30, colour, unicode=True))):
                text = texts(picture)
                found = _CONTROL.search(_ESCAPE.sub("", text) if colour else text)
                assert not found, f"{name}: it has {found[0]!r}"

    def test_only_ascii(self, kind: Kind, plain: str) -> None:
        """Text for a terminal that shows nothing else is ASCII."""
        for name, picture in self._pictures(kind, Target(plain, screen=Screen(80, 24, colour=False, unicode=False))):
            assert picture.data.isascii(), f"{name}: it has more than ASCII"

    def test_text_fits(self, kind: Kind, plain: str) -> None:
        """Text is no larger than was asked for; live, no larger than the screen, the last row of which is left free."""
        sizes = [(80, 26), (40, 12), (120, 8)]
        targets = [(size, Target(plain, size=size)) for size in sizes]
        for columns, rows in (*sizes, (20, 5)):
            screen = Screen(columns, rows, colour=True, unicode=True)
            targets.append(((columns, rows - 1), Target(plain, screen=screen, live=True)))
        for (columns, rows), target in targets:
            for name, picture in self._pictures(kind, target):
                lines = _ESCAPE.sub("", picture.data.decode()).removesuffix("\n").split("\n")
                widest = max(map(width, lines))
                assert widest <= columns, f"{name}: {widest} columns where there are {columns}"
                assert len(lines) <= rows, f"{name}: {len(lines)} rows where there are {rows}"

    def test_memory(self, format: str | None) -> None:
        """Memory does not grow from picture to picture."""
        kind = min(self.view.kinds)
        size = _SMALL.get(self.view.formats.get(format or "", ""), (240, 160))
        with self._canvas(Target(format, size=size, live=True)) as canvas:
            chart = self._charts(kind, canvas)["two series"]
            tracemalloc.start()
            try:
                kept = [_memory_after(canvas, chart, self.frames // 2) for _ in range(3)]
            finally:
                tracemalloc.stop()
        # what is kept for good, as letters of a font, comes with the first, or with a few of the later
        own, all_ = (min(later - earlier for earlier, later in pairwise(each)) for each in zip(*kept, strict=True))
        assert own < 500 * self.frames, f"{2 * own // self.frames:,} bytes are kept of each picture"
        assert all_ < 2e6, f"processes have grown by {all_ / 1e6:.0f} MB in {self.frames // 2} pictures"

    def test_close(self, kind: Kind, format: str | None) -> None:
        """After `close()` no process, thread, open file or temporary file is left."""
        with self._canvas(Target(format)) as canvas:  # what is opened once and for all, as fonts, is open after this
            canvas.draw(unseen(kind))
        before = held()
        with temporary_folder() as folder:
            canvas = self.view.open(Target(format))
            canvas.draw(unseen(kind))
            canvas.close()
            files = [path.name for path in folder.iterdir()]
        gc.collect()
        assert not files, f"left behind: {', '.join(files)}"
        for what, left in held().items():
            more = left - before[what]
            assert not more, f"left behind: {what} {', '.join(map(str, more))}"

    # -- what they share -------------------------------------------------------------------------------

    @contextmanager
    def _canvas(self, target: Target) -> Iterator[Canvas]:
        canvas = self.view.open(target)
        try:
            yield canvas
        finally:
            canvas.close()

    def _charts(self, kind: Kind, canvas: Canvas) -> Charts:
        """Those whose lines are thinned for this canvas."""
        return {**charts(kind, canvas.columns), "unseen": unseen(kind)}

    def _pictures(self, kind: Kind, target: Target) -> Iterator[tuple[str, Picture]]:
        """All that is drawn for a target that asks for a format."""
        with self._canvas(target) as canvas:
            for name, chart in {**self._charts(kind, canvas), **hostile(kind)}.items():
                yield name, self._drawn(canvas, chart, name)

    def _drawn(self, canvas: Canvas, chart: Chart, name: str) -> Picture:
        picture = canvas.draw(chart)
        assert picture is not None, f"{name}: there is no picture"
        return picture

    def _labels(self, chart: Chart) -> Iterator[str]:
        """The texts that are to be seen, where there is room."""
        places: dict[Place, tuple[str, ...]] = {
            "title": (chart.title,),
            "xlabel": (chart.x.label,),
            "ylabel": (chart.y.label,),
            "categories": tuple(tick.text for tick in chart.x.ticks if chart.x.scale == "category"),
            "series": tuple(series.name for series in chart.series),
        }
        for place in sorted(self.shown):
            if chart.kind != "pie" or place in ("title", "categories"):
                yield from places[place]


def _memory_after(canvas: Canvas, chart: Chart, times: int) -> tuple[int, int]:
    """The bytes of Python's objects, and of all of this process and its children, after so many pictures."""
    for _ in range(times):
        canvas.draw(chart)
    gc.collect()
    pages = 0
    for pid in ("self", *children()):
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return tracemalloc.get_traced_memory()[0], pages * 4096
