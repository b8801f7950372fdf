"""The commands that are made of a chart."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.viewing import Axis, Chart, Series, Tick
from flume_viz_gnuplot.script import QUOTE, Page, script, shares

PICTURE, TEXT = Page(137, 32, False), Page(80, 26, True)
QUOTED = re.compile(rf"'(?:[^']|{re.escape(QUOTE)})*'")


def category(*names: str) -> Axis:
    """An axis of categories."""
    return Axis("", "category", -0.5, len(names) - 0.5, tuple(Tick(i, name) for i, name in enumerate(names)))


def number(*values: float) -> Axis:
    """An axis of numbers with a tick at each of *values*."""
    return Axis("", "number", values[0], values[-1], tuple(Tick(value, f"{value:g}") for value in values))


def bars(*ys: float | None, names: tuple[str, ...] = ("a", "b"), y: Axis | None = None) -> Chart:
    """A chart with a bar for each name."""
    series = Series("", tuple(map(float, range(len(names)))), ys)
    return Chart("bar", "", category(*names), y or number(0, 2, 4), (series,))


def lines(*ys: float | None) -> Chart:
    """A chart with a line."""
    xs = tuple(map(float, range(len(ys))))
    return Chart("line", "", number(0, 5, 10), number(0, 2, 4), (Series("", xs, ys),))


def block(commands: str, name: int = 0) -> list[str]:
    """The rows of a block of numbers."""
    return commands.partition(f"$series{name} << EOD\n")[2].partition("EOD\n")[0].splitlines()


def ticks(commands: str, axis: str) -> dict[float, str]:
    """What is written where on an axis."""
    (line,) = (line for line in commands.split("\n") if line.startswith(f"set {axis}tics noenhanced"))
    return {float(place): text for text, place in re.findall(r"'((?:[^']|'')*)' (-?[\d.e+]+)", line)}


# -- text of strangers --------------------------------------------------------------------------


def labelled(text: str) -> Chart:
    """A chart that has a text in every place that takes one."""
    axis = Axis(text, "category", -0.5, 0.5, (Tick(0, text),))
    y = Axis(text, "number", 0, 4, (Tick(0, text), Tick(4, text)))
    series = tuple(Series(text, (0.0,), (3.0,)) for _ in range(2))
    return Chart("bar", text, axis, y, series, palette=(text,))


@given(st.text(max_size=8), st.sampled_from([PICTURE, TEXT]), st.booleans())
def test_text_stands_in_single_quotes(text: str, page: Page, horizontal: bool) -> None:
    """Whatever a text is, without what is quoted the commands are those of a plain text, line by line."""
    for chart in (labelled(text), replace(labelled(text), series=labelled(text).series[:1], kind="pie")):
        known = replace(chart, horizontal=horizontal)
        plain = labelled("x" if text.strip() else " ")
        plain = replace(plain, series=plain.series[: len(chart.series)], kind=chart.kind, horizontal=horizontal)
        made, wanted = (QUOTED.sub("''", script(one, page)) for one in (known, plain))
        made, wanted = (re.sub(r"noenhanced (rotate by -35)? *\(", "noenhanced (", one) for one in (made, wanted))
        assert made.split("\n") == wanted.split("\n") or not text.strip()
        assert "'" not in made.replace("''", "")


@pytest.mark.parametrize("text", ["it's", "''", "'; system('touch x'); '", "\\'", "`touch x`", '"'])
def test_a_quote_is_put_in_between(text: str) -> None:
    """Two for one, gnuplot does not understand those that come first or behind others."""
    (title,) = re.findall(r"set title (.*) offset 0,1 noenhanced", script(labelled(text), TEXT))
    assert QUOTED.fullmatch(title)
    assert title[1:-1].replace(QUOTE, "'") == text


def test_a_second_line_is_none() -> None:
    """Even where a chart was made by hand, no text becomes a command."""
    assert "\nsystem" not in script(labelled("a\nsystem('x')\rb\u2028\x85c"), PICTURE)


def test_percent_is_doubled_in_ticks_only() -> None:
    """Texts of ticks are printf's formats, titles are not."""
    commands = script(replace(labelled("50%s"), palette=("#000000",)), PICTURE)
    assert "set title '50%s'" in commands
    assert "title '50%s'" in commands.rpartition("plot")[2]
    assert set(ticks(commands, "x").values()) | set(ticks(commands, "y").values()) == {"50%%s"}


# -- data ---------------------------------------------------------------------------------------


def test_a_bar_stands_on_its_category_and_on_zero() -> None:
    """Middle, height, and the four edges."""
    first, second = ([float(number) for number in row.split()] for row in block(script(bars(3, -1), PICTURE)))
    assert (first[0], first[1], first[4:]) == (0, 3, [0, 3])
    assert (second[0], second[1], second[4:]) == (1, -1, [0, -1])
    assert first[2] < 0 < first[3] < second[2] < 1 < second[3]


def test_a_bar_that_is_missing_moves_no_other() -> None:
    """A hole is left out, the next stands where it belongs."""
    (row,) = block(script(bars(None, 2), PICTURE))
    assert row.startswith("1.0 2.0 ")


@pytest.mark.parametrize("page", [PICTURE, TEXT])
@pytest.mark.parametrize("count", [1, 2, 7, 20])
def test_bars_of_a_category_stand_beside_one_another(count: int, page: Page) -> None:
    """None hides another, and they do not reach the next category."""
    series = tuple(Series(f"s{i}", (0.0, 1.0), (3.0, 2.0)) for i in range(count))
    commands = script(replace(bars(1, 2), series=series), page)
    rows = [[float(n) for n in row.split()] for i in range(count) for row in block(commands, i)]
    edges = sorted((row[2], row[3]) for row in rows)
    assert all(right <= left + 1e-9 for (_, right), (left, _) in pairwise(edges))
    assert edges[0][0] > -0.5
    assert edges[count - 1][1] < 0.5


def test_horizontal_bars() -> None:
    """They grow to the right, the first one at the top."""
    commands = script(replace(bars(3, -1), horizontal=True), PICTURE)
    first, second = ([float(number) for number in row.split()] for row in block(commands))
    assert (first[0], first[1], first[2:4]) == (3, 0, [0, 3])
    assert (second[0], second[1], second[2:4]) == (-1, 1, [0, -1])
    assert "set yrange [1.6:-0.6]" in commands
    assert ticks(commands, "y") == {0: "a", 1: "b"}
    assert ticks(commands, "x") == {0: "0", 2: "2", 4: "4"}


def test_a_hole_breaks_a_line() -> None:
    """By an empty row."""
    assert block(script(lines(1, 2, None, 3, 4), PICTURE)) == ["0.0 1.0", "1.0 2.0", "", "3.0 3.0", "4.0 4.0"]


def test_a_place_alone_is_a_dash() -> None:
    """A line of one point would not be seen; a scatter chart has points anyway."""
    alone = lines(None, 1, None)
    assert block(script(alone, TEXT)) == ["", "0.9875 1.0", "1.0125 1.0", ""]
    assert block(script(replace(alone, kind="scatter"), TEXT)) == ["", "1.0 1.0", ""]


def test_numbers_are_exact() -> None:
    """As many digits as a value has; whole numbers of any size."""
    assert block(script(lines(0.1 + 0.2, 10**20, -1e-300), PICTURE)) == [
        "0.0 0.30000000000000004",
        "1.0 1e+20",
        "2.0 -1e-300",
    ]


def test_a_pie_is_bars_with_shares() -> None:
    """Of the whole, without an axis that would say the same again."""
    x = category("GET", "50%", "none")
    chart = Chart("pie", "", x, number(0, 4), (Series("", (0.0, 1.0, 2.0), (3.0, 1.0, None)),))
    assert [tick.text for tick in shares(chart).x.ticks] == ["GET (75 %)", "50% (25 %)", "none (0 %)"]
    commands = script(chart, PICTURE)
    assert "unset xtics" in commands
    assert [row.split()[0] for row in block(commands)] == ["3.0", "1.0"]


# -- room ---------------------------------------------------------------------------------------

MANY = tuple(f"2016-01-{day:02}" for day in range(1, 32))


def test_names_that_have_no_room() -> None:
    """In a picture they are turned; of text some are left out, each at its own bar."""
    chart = bars(*range(31), names=MANY)
    assert "rotate" in script(chart, PICTURE)
    shown = ticks(script(chart, TEXT), "x")
    assert 1 < len(shown) < 31
    assert all(MANY[int(place)] == text for place, text in shown.items())
    assert "rotate" not in script(bars(1, 2), PICTURE)


def test_long_names_are_clipped() -> None:
    """So that one does not write over the next."""
    shown = ticks(script(bars(*range(7), names=tuple("/a/long/path" + "x" * i for i in range(7))), TEXT), "x")
    assert len(shown) == 7
    assert all(text.endswith("…") and len(text) < 9 for text in shown.values())


@pytest.mark.parametrize("page", [PICTURE, TEXT, Page(20, 8, True)])
def test_ticks_stand_apart(page: Page) -> None:
    """Of times those that have room."""
    axis = Axis("", "time", 0, 80, tuple(Tick(i * 10, f"2016-01-01 15:{i}0") for i in range(9)))
    shown = ticks(script(replace(lines(1, 2), x=axis), page), "x")
    places = sorted(shown)
    assert places
    taken = (page.columns - 12) / 80
    assert all((b - a) * taken > 16 for a, b in pairwise(places))


def test_headroom_for_the_names_of_series() -> None:
    """Bars of text leave a quarter of the highest above it, but for a range that somebody asked for."""
    assert "set yrange [0.0:5.0]" in script(bars(4, 1), TEXT)
    assert "set yrange [0.0:4.375]" in script(bars(3.5, 1), TEXT)
    assert "set yrange [-4.0:0.0]" in script(bars(-4, -1, y=number(-4, 0)), TEXT)
    asked = replace(number(0, 2, 4), high=4.5)
    assert "set yrange [0.0:4.5]" in script(bars(4, 1, y=asked), TEXT)
    assert "set yrange [0.0:4.0]" in script(bars(4, 1), PICTURE)


def test_a_legend_where_there_are_names() -> None:
    """And none for one series without a name."""
    assert "unset key" in script(bars(1, 2), PICTURE)
    named = replace(bars(1, 2), series=(Series("2015", (0.0, 1.0), (1.0, 2.0)),))
    assert "unset key" not in script(named, PICTURE)
    assert script(named, PICTURE).endswith("title '2015'")


def test_colours_of_the_palette() -> None:
    """In turns; of text none."""
    series = tuple(Series(f"s{i}", (0.0, 1.0), (1.0, 2.0)) for i in range(3))
    chart = replace(bars(1, 2), series=series, palette=("#111111", "#222222"))
    assert re.findall(r"lc rgb '(#\d+)' title", script(chart, PICTURE)) == ["#111111", "#222222", "#111111"]
    assert "rgb" not in script(chart, TEXT)
