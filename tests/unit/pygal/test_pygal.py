"""What pygal draws: the numbers, the texts and the colours of a chart, and nothing that changes from run to run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from math import sin
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from flume.errors import OptionError, SinkError
from flume.testing.views import ViewSuite
from flume.viewing import PALETTE, Axis, Chart, Kind, Series, Target, Tick
from flume_viz_pygal import pygal

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
HOSTILE = [
    "\"double\" 'single' `back`",
    "%s %n %d %% {0} {} ${x} $(x) @x",
    "</script><script>alert(1)</script>",
    "<!-- <![CDATA[ ]]> --> &amp; &#0; &",
    "</svg></title></style><b>",
    "EOD",
    "日本語 café e\u0301 🙂 \u202eright to left",
    "noncharacters \ufffe\uffff \U0001ffff",
    "\\n \\ \\u0041",
    "0",
    " ",
    "very long " * 2000,
]


def categories(texts: Iterable[str], label: str = "") -> Axis:
    ticks = tuple(Tick(number, text) for number, text in enumerate(texts))
    return Axis(label, "category", -0.5, len(ticks) - 0.5, ticks)


def numbers(low: float, high: float, *, label: str = "", count: int = 4) -> Axis:
    values = [low + (high - low) * number / count for number in range(count + 1)]
    return Axis(label, "number", low, high, tuple(Tick(value, f"{value:,.6g}") for value in values))


def bars(texts: list[str], *series: list[float | None], low: float = 0, high: float = 40, **rest: object) -> Chart:
    named = tuple(
        Series(f"series {number}" if len(series) > 1 else "", tuple(range(len(texts))), tuple(ys))
        for number, ys in enumerate(series)
    )
    return replace(Chart("bar", "Bars", categories(texts), numbers(low, high), named), **rest)  # type: ignore[arg-type]


def year(**rest: object) -> Chart:
    return bars(MONTHS, list(DAYS), **rest)  # type: ignore[arg-type]


def line(*series: tuple[list[float], list[float | None]], kind: Kind = "line", high: float = 100) -> Chart:
    named = tuple(Series(f"s{number}", tuple(xs), tuple(ys)) for number, (xs, ys) in enumerate(series))
    return Chart(kind, "Line", numbers(0, high), numbers(-1, 1), named)


def drawn(chart: Chart, format: str = "svg", size: tuple[int, int] | None = None, view: pygal | None = None) -> bytes:
    picture = (view or pygal()).open(Target(format=format, size=size)).draw(chart)
    assert picture
    return picture.data


def svg(chart: Chart, size: tuple[int, int] | None = None, view: pygal | None = None) -> Element:
    return ElementTree.fromstring(re.sub(' xmlns="[^"]+"', "", drawn(chart, "svg", size, view).decode(), count=1))


def classed(root: Element, *names: str) -> list[Element]:
    return [node for node in root.iter() if set(names) <= set(node.get("class", "").split())]


def texts(root: Element) -> list[str]:
    return [node.text or "" for node in root.iter("text")]


def rects(root: Element, side: str = "height") -> list[float]:
    return [float(bar.get(side, "0")) for group in classed(root, "bar") for bar in group.iter("rect")]


def values(root: Element) -> list[str]:
    return [node.text or "" for node in classed(root, "value") if node.tag == "desc"]


# -- bars ---------------------------------------------------------------------------------------


class TestPygal(ViewSuite):
    view = pygal()
    frames = 40


def test_bars_are_as_high_as_their_values() -> None:
    heights = rects(svg(year()))
    assert [height / heights[0] * 31 for height in heights] == pytest.approx(DAYS)


def test_bars_reach_from_the_axis_to_the_ticks() -> None:
    """A bar of 40 in a frame from 0 to 40 fills it."""
    root = svg(bars(["a", "b"], [40, 10]))
    (frame,) = [node for group in classed(root, "plot") for node in group if node.get("class") == "background"]
    assert rects(root)[0] == pytest.approx(float(frame.get("height", "")))


def test_bars_say_their_values_and_their_categories() -> None:
    root = svg(year())
    assert values(root) == [str(days) for days in DAYS]
    assert [node.text for node in classed(root, "x_label")] == MONTHS


def test_bars_of_several_series_stand_in_the_order_of_the_categories() -> None:
    """A hole is left where a series has none."""
    root = svg(bars(["a", "b", "c"], [10, None, 30], [20, 25, None]))
    assert values(root) == ["10", "30", "20", "25"]
    xs = rects(root, "x")
    assert xs[0] < xs[2] < xs[3] < xs[1]


def test_bars_that_lie_begin_at_the_top_and_grow_to_the_right() -> None:
    root = svg(year(horizontal=True))
    widths, tops = rects(root, "width"), rects(root, "y")
    assert [width / widths[0] * 31 for width in sorted(widths)] == pytest.approx(sorted(DAYS))
    order = sorted(range(12), key=lambda bar: tops[bar])
    assert [values(root)[bar] for bar in order] == [str(days) for days in DAYS]
    assert [node.text for bar in order for node in [classed(root, "x_label")[bar]]] == MONTHS


def test_bars_below_zero_hang_from_zero() -> None:
    root = svg(bars(["a", "b"], [-20, 10], low=-20, high=20))
    (down, up), (top, bottom) = rects(root), rects(root, "y")
    assert down == pytest.approx(2 * up)
    assert bottom + up == pytest.approx(top)


@pytest.mark.parametrize("horizontal", [False, True])
def test_bars_that_leave_the_frame_are_cut_and_say_their_value(horizontal: bool) -> None:
    root = svg(bars(["a", "b", "c"], [100, 35, 5], low=30, high=40, horizontal=horizontal))
    sides = dict(zip(values(root), rects(root, "width" if horizontal else "height"), strict=True))
    assert sides["100"] == pytest.approx(2 * sides["35"])
    assert sides["5"] == 0


def test_values_are_written_as_the_chart_says() -> None:
    root = svg(bars(["a", "b"], [0.25, 1234567.5], high=2e6, form=".1f"))
    assert values(root) == ["0.2", "1234567.5"]


@pytest.mark.parametrize(("count", "series", "printed"), [(15, 1, True), (16, 1, False), (3, 2, False)])
def test_few_bars_have_their_values_written_on_them(count: int, series: int, printed: bool) -> None:
    root = svg(bars([f"c{number}" for number in range(count)], *[[7.0] * count for _ in range(series)]))
    assert texts(root).count("7") == (count if printed else 0)


# -- lines, points, slices -----------------------------------------------------------------------


def paths(root: Element) -> list[str]:
    return [node.get("d", "") for group in classed(root, "series") for node in group.iter("path")]


def test_a_line_goes_through_its_points() -> None:
    root = svg(line(([0, 50, 100], [-1, 1, 0])))
    (path,) = paths(root)
    points = [tuple(map(float, point.split())) for point in re.findall(r"[\d.]+ [\d.]+", path)]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1)
    assert y0 - y1 == pytest.approx(2 * (y0 - y2))


def test_a_hole_breaks_a_line() -> None:
    xs = [float(x) for x in range(100)]
    assert len(paths(svg(line((xs, [None if 40 <= x < 50 else 0.5 for x in xs]))))) == 2


def test_a_point_between_holes_is_drawn() -> None:
    xs = [float(x) for x in range(100)]
    (path,) = paths(svg(line((xs, [0.5 if x == 50 else None for x in xs]))))
    assert re.fullmatch(r"M(\S+ \S+) L\1", path)


@pytest.mark.parametrize(("count", "dots"), [(60, 60), (61, 0)])
def test_only_few_points_of_a_line_are_dots(count: int, dots: int) -> None:
    root = svg(line(([float(x) for x in range(count)], [sin(x) for x in range(count)])))
    assert len(classed(root, "dot")) == dots


def test_dots_say_where_they_are() -> None:
    noon = datetime(2016, 7, 17, 12, tzinfo=UTC).timestamp()
    ticks = (Tick(noon, "12:00"), Tick(noon + 3600, "13:00"))
    chart = replace(line(([noon, noon + 1], [0.25, 0.5])), x=Axis("", "time", noon, noon + 3600, ticks))
    root = svg(chart)
    assert values(root) == ["0.25", "0.5"]
    assert [node.text for node in classed(root, "label")] == ["2016-07-17 12:00:00", "2016-07-17 12:00:01"]
    assert {"12:00", "13:00"} <= set(texts(root))


@pytest.mark.parametrize("count", [1000, 1001])
def test_every_point_of_a_scatter_chart_is_drawn(count: int) -> None:
    """Many as they may be."""
    root = svg(line(([x * 100 / count for x in range(count)], [sin(x) for x in range(count)]), kind="scatter"))
    assert len(classed(root, "dot")) + len(paths(root)) == count


def test_what_leaves_the_frame_is_hidden() -> None:
    root = svg(line(([0, 200], [0.5, -3])))
    (frame,) = root.iter("clipPath")
    assert {node.get("clip-path") for node in classed(root, "series")} == {f"url(#{frame.get('id')})"}
    assert not list(svg(line(([0, 100], [0.5, -1]))).iter("clipPath"))


def pie(*shares: float, texts: list[str] | None = None) -> Chart:
    names = categories(texts or [f"slice {number}" for number in range(len(shares))])
    return Chart("pie", "Pie", names, numbers(0, 1), (Series("", tuple(range(len(shares))), shares),))


def test_a_pie_says_its_values_and_shares() -> None:
    root = svg(pie(60, 30, 7.5, 2.5))
    assert values(root) == ["60", "30", "7.5", "2.5"]
    assert [node.text for node in classed(root, "label") if node.tag == "desc"] == ["60%", "30%", "7.5%", "2.5%"]
    assert [text for text in texts(root) if "slice" in text] == [f"slice {number}" for number in range(4)]
    assert "60%" in texts(root)
    assert "2.5%" not in texts(root)  # too narrow


# -- looks --------------------------------------------------------------------------------------


def test_ticks_and_texts_are_those_of_the_chart() -> None:
    """Nothing is written that the chart does not say."""
    chart = Chart(
        "line",
        "The title",
        Axis("across", "number", 0, 10, (Tick(2, "two"), Tick(7, "seven"))),
        Axis("upwards", "number", 0, 1, (Tick(0, "nought"), Tick(1, "one"))),
        (Series("first", (0, 10), (0, 1)), Series("second", (0, 10), (1, 0))),
    )
    expected = ["The title", "across", "upwards", "two", "seven", "nought", "one", "first", "second"]
    assert sorted(texts(svg(chart))) == sorted(expected)


def test_a_chart_of_one_unnamed_series_has_no_legend() -> None:
    assert not classed(svg(year()), "legend")
    assert len(classed(svg(bars(["a"], [1], [2])), "legend")) == 2
    named = replace(year(), series=(replace(year().series[0], name="2015"),))
    assert len(classed(svg(named), "legend")) == 1


def test_series_have_the_colours_of_the_palette_and_each_its_own() -> None:
    css = " ".join(node.text or "" for node in svg(bars(["a"], *[[float(n)] for n in range(20)])).iter("style"))
    colours = re.findall(r"\.color-\d+ a:visited *{ *stroke: *([^;]+); *fill: *\1", css)
    assert tuple(colours[:7]) == PALETTE
    assert len(set(colours)) == 20


def test_long_texts_are_cut_and_told_in_full_under_the_mouse() -> None:
    name = "a name that is much too long to be written anywhere " * 3
    root = svg(bars([name, "b"], [1, 2], [3, 4]))
    assert name not in texts(root)
    assert name in [node.text for node in root.iter("title")]
    assert any(text.endswith("…") and name.startswith(text[:-1]) for text in texts(root))


def test_a_legend_that_does_not_fit_says_how_much_is_missing() -> None:
    root = svg(bars(["a"], *[[1.0]] * 200))
    shown = [text for text in texts(root) if text.startswith("series ")]
    assert f"… {200 - len(shown)} more" in texts(root)


def test_lying_bars_get_the_height_they_need_and_others_the_size_that_was_asked_for() -> None:
    many = bars([f"category {number}" for number in range(100)], [1.0] * 100, horizontal=True)
    assert float(svg(many).get("height", "")) >= 100 * 20
    assert (svg(many, (640, 480)).get("width"), svg(many, (640, 480)).get("height")) == ("640", "480")
    assert (svg(year()).get("width"), svg(year()).get("height")) == ("960", "480")


# -- hostile text -------------------------------------------------------------------------------


def repaired(text: str) -> str:
    """As XML can hold it."""
    return text.translate({0xFFFE: "\ufffd", 0xFFFF: "\ufffd"})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("kind", ["bar", "lying", "line", "pie"])
def test_hostile_text_stays_text(text: str, kind: str) -> None:
    """The picture is well-formed, and every label found in it as it was given."""
    others = ["other 1", "other 2"]
    chart = {
        "bar": bars([text, *others], [1, 2, 3], [4, 5, 6]),
        "lying": bars([text, *others], [1, 2, 3], [4, 5, 6], horizontal=True),
        "line": replace(line(([0, 1, 2], [0, 1, 0]), ([0, 1, 2], [1, 0, 1])), x=categories([text, *others])),
        "pie": pie(1, 2, 3, texts=[text, *others]),
    }[kind]
    chart = replace(
        chart,
        title=text,
        x=replace(chart.x, label=text),
        y=replace(chart.y, label=text, ticks=(*chart.y.ticks[:-1], Tick(chart.y.high, text))),
        series=tuple(replace(series, name=text) for series in chart.series),
    )
    root = svg(chart)
    found = [repaired(text) == node.text for node in root.iter() if node.tag in ("text", "title", "desc")]
    assert sum(found) >= (2 if kind == "pie" else 4)
    assert {node.tag for node in root.iter()} <= {
        *("svg", "defs", "style", "script", "title", "g", "rect", "path", "text", "desc", "circle")
    }
    assert drawn(chart, "html").decode().count("<script") == 1
    assert drawn(replace(chart), "png", (300, 200))[:8] == b"\x89PNG\r\n\x1a\n"


# -- formats ------------------------------------------------------------------------------------


def test_pictures_are_what_their_formats_say() -> None:
    pictures = {format: pygal().open(Target(format=format)).draw(year()) for format in pygal.formats}
    assert {format: picture and picture.media_type for format, picture in pictures.items()} == pygal.formats
    assert drawn(year(), "svg").startswith(b"<?xml")
    assert drawn(year(), "html").startswith(b"<!DOCTYPE html>")
    assert drawn(year(), "png").startswith(b"\x89PNG")
    assert pygal().open(Target()).draw(year()) == pictures["svg"]


@pytest.mark.parametrize("format", ["svg", "html"])
def test_nothing_is_fetched_from_elsewhere(format: str) -> None:
    """The only addresses are those that name what XML is."""
    text = drawn(bars(MONTHS, list(DAYS), list(DAYS)), format).decode()
    addresses = set(re.findall(r"\b\w+://[^\s\"'<>)]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "href" not in re.sub("<script.*?</script>", "", text, flags=re.DOTALL)
    assert "@import" not in text


@pytest.mark.parametrize("format", ["svg", "html", "png"])
def test_the_same_chart_is_the_same_picture(format: str, tmp_path: Path) -> None:
    """In another process and another folder too."""
    program = (
        "import sys; from flume.viewing import *; from flume_viz_pygal import pygal;"
        f"chart = {year()!r}; sys.stdout.buffer.write(pygal().open(Target(format={format!r})).draw(chart).data)"
    )
    other = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=True)
    assert other.stdout == drawn(year(), format)
    assert str(Path.cwd()).encode() not in other.stdout


def test_charts_that_stand_in_one_page_do_not_share_their_styles() -> None:
    """Each has an id of its own, which its styles and scripts know."""
    one, other = svg(year()), svg(replace(year(), title="another"))
    assert one.get("id") != other.get("id")
    for root in (one, other):
        css = " ".join(node.text or "" for node in root.iter("style"))
        selectors = [each for rule in re.findall(r"([^{}]+){", css) for each in rule.split(",")]
        assert all(each.strip().startswith(f"#{root.get('id')}") for each in selectors)


# -- options ------------------------------------------------------------------------------------


def test_the_hole_of_a_pie_is_as_wide_as_asked() -> None:
    def radii(view: pygal) -> set[float]:
        path = classed(svg(pie(1, 3), view=view), "slice", "reactive")[0]
        return {float(radius) for radius in re.findall(r"A([\d.]+)", path.get("d", ""))}

    assert min(radii(pygal(hole=0.3))) == pytest.approx(max(radii(pygal(hole=0.3))) / 0.9 * 0.3)
    assert min(radii(pygal(hole=0))) == 0


@pytest.mark.parametrize("options", [{"zoom": 0}, {"zoom": 9}, {"hole": -0.1}, {"hole": 0.95}, {"hole": float("nan")}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(OptionError, match=r"pygal: (zoom|hole) is"):
        pygal(**options)


@pytest.mark.parametrize("size", [(0, 100), (100, 10_001)])
def test_sizes_that_cannot_be_drawn_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(SinkError, match="a side has 1 to 10,000 pixels"):
        pygal().open(Target(size=size))


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (200, 100), (300, 900), (4000, 100)])
@pytest.mark.parametrize(
    "chart",
    [
        year(),
        year(horizontal=True),
        bars(MONTHS, *[list(DAYS)] * 20),
        bars(["only"], [-3], low=-5, high=0),
        line(([50], [0.5])),
        line(([0, 50, 100], [None, None, 1.0])),
        pie(1),
        pie(*range(30)),
        pie(0, 0),
    ],
    ids=range(9),
)
def test_any_size_is_drawn(chart: Chart, size: tuple[int, int]) -> None:
    """What does not fit is left out, and no number is lost on the way."""
    text = drawn(chart, "svg", size).decode()
    ElementTree.fromstring(text)
    assert not re.search(r'["\s,]-?(nan|inf)["\s,]', re.sub("<script.*?</script>", "", text, flags=re.DOTALL))
