"""terminal: charts of characters."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import registry
from flume.errors import OptionError
from flume.testing.views import ViewSuite
from flume.viewing import Axis, Chart, Kind, Scale, Screen, Series, Target, Tick, View
from flume.views.terminal import terminal
from flume.views.terminal_curves import Dots
from flume.views.terminal_look import Style
from flume.width import width

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN = Screen(80, 27, colour=False, unicode=True)
COLOURED = Screen(80, 27, colour=True, unicode=True)
ASCII = Screen(80, 27, colour=False, unicode=False)
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = [
    "'\"`$(touch x)`",
    "%s%n%d{0}",
    "</script>]]>&amp;",
    "${HOME}@x\\n",
    "EOD",
    "日本語の名前",
    "e\u0301tude",
    "😀",
]

Ys = Sequence[float | None]


def ticks(low: float, high: float, step: float) -> tuple[Tick, ...]:
    """Ticks with their values as text."""
    return tuple(Tick(low + n * step, f"{low + n * step:g}") for n in range(round(high / step - low / step) + 1))


def bars(
    categories: Sequence[str],
    *series: tuple[str, Ys],
    y: tuple[float, float, float] = (0, 40, 10),
    kind: Kind = "bar",
    **options: Any,
) -> Chart:
    """A chart of categories."""
    labels = {name: options.pop(name, "") for name in ("title", "xlabel", "ylabel")}
    places = tuple(float(n) for n in range(len(categories)))
    x = Axis(labels["xlabel"], "category", -0.5, len(categories) - 0.5, tuple(map(Tick, places, categories)))
    made = tuple(Series(name, places, tuple(ys)) for name, ys in series)
    return Chart(kind, labels["title"], x, Axis(labels["ylabel"], "number", y[0], y[1], ticks(*y)), made, **options)


def lines(
    *series: tuple[str, Sequence[float], Ys],
    x: Sequence[Tick] = (),
    y: tuple[float, float, float] = (-1, 1, 0.5),
    kind: Kind = "line",
    scale: Scale = "number",
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
) -> Chart:
    """A chart of numbers."""
    xs = [value for _, values, _ in series for value in values]
    level = Axis(xlabel, scale, min(xs), max(max(xs), min(xs) + 1), tuple(x))
    made = tuple(Series(name, tuple(values), tuple(ys)) for name, values, ys in series)
    return Chart(kind, title, level, Axis(ylabel, "number", y[0], y[1], ticks(*y)), made)


def sine(length: int = 180, shift: float = 0.0) -> tuple[list[float], list[float]]:
    """Points of a sine."""
    xs = [float(n) for n in range(length)]
    return xs, [math.sin(x / 10 + shift) for x in xs]


def draw(chart: Chart, target: Target | None = None, **options: Any) -> str:
    """The picture as text."""
    picture = terminal(**options).open(target or Target()).draw(chart)
    assert picture is not None
    assert picture.media_type == "text/plain"
    return picture.data.decode()


def seen(text: str) -> list[str]:
    """Its rows, without colours."""
    return ESCAPE.sub("", text).splitlines()


def height(rows: Sequence[str], column: int) -> float:
    """How high the bar is in this column, in rows."""
    return sum(BLOCKS.index(row[column]) / 8 for row in rows if len(row) > column and row[column] in BLOCKS)


YEAR = bars(MONTHS, ("2015", DAYS), title="Days of the month", xlabel="month", ylabel="days")

CHARTS = {
    "one series": YEAR,
    "two series": bars(MONTHS, ("2000", [31, 29, *DAYS[2:]]), ("2001", DAYS)),
    "7 series": bars(MONTHS[:6], *[(f"series {n}", [(n * 7 + m * 3) % 19 for m in range(6)]) for n in range(7)]),
    "20 series": bars(MONTHS, *[(f"series {n}", [(n * 7 + m * 3) % 19 for m in range(12)]) for n in range(20)]),
    "one bar": bars(["only"], ("", [12.0])),
    "negative": bars(list("abcd"), ("", [3.2, -1.7, None, -4.9]), y=(-6, 6, 2)),
    "below zero": bars(list("ab"), ("", [-3.0, -1.0]), y=(-6, 0, 2)),
    "400 bars": bars([f"day {n}" for n in range(400)], ("", [n % 37 for n in range(400)])),
    "lying": bars(MONTHS, ("", DAYS), horizontal=True, xlabel="month", ylabel="days"),
    "lying, two": bars(MONTHS, ("2000", DAYS), ("2001", DAYS), horizontal=True),
    "lying, negative": bars(list("abcd"), ("", [3.2, -1.7, None, -4.9]), y=(-6, 6, 2), horizontal=True),
    "shares": bars(list("abc"), ("", [1, 2, 5]), kind="pie"),
    "shares of nothing": bars(list("ab"), ("", [0.0, None]), kind="pie"),
    "line": lines(("", *sine()), title="Sine", x=[Tick(30.0 * n, f"13:0{n}") for n in range(6)], scale="time"),
    "line with a hole": lines(("a", [0, 1, 2, 3, 4], [0.5, 0.4, None, -0.5, -0.2])),
    "one point": lines(("", [3], [0.5])),
    "7 lines": lines(*[(f"series {n}", *sine(shift=n)) for n in range(7)]),
    "20 lines": lines(*[(f"series {n}", *sine(shift=n)) for n in range(20)]),
    "scatter": lines(("a", *sine(60)), ("b", *sine(60, 1.0)), kind="scatter"),
    "many points": lines(("", *sine(3000)), kind="scatter"),
    "huge": bars(list("ab"), ("", [1.7e308, -1.7e308]), y=(-1.7e308, 1.7e308, 1.7e308)),
    "huge line": lines(("", [0, 1], [1.7e308, -1.7e308]), y=(-1.7e308, 1.7e308, 1.7e308)),
    "hostile": bars(HOSTILE, *[(name, list(range(len(HOSTILE)))) for name in HOSTILE], title="日" * 100),
}


# -- the word -----------------------------------------------------------------------------------


class TestTerminal(ViewSuite):
    view = terminal()


class TestBlocks(ViewSuite):
    view = terminal(style="block")


def test_core_offers_it() -> None:
    """As a view, which draws every kind of chart."""
    word = registry.default().find("view", "terminal")
    assert word is terminal
    assert issubclass(word, View)
    assert word.kinds == {"bar", "line", "scatter", "pie"}
    assert word.formats == {"txt": "text/plain"}


def test_a_style_that_does_not_exist() -> None:
    """It is said which there are."""
    with pytest.raises(OptionError, match="style takes 'auto', 'braille', 'block', 'ascii', not 'pretty'"):
        terminal(style="pretty")


def test_nothing_heavy_is_imported() -> None:
    """A picture costs no start-up."""
    code = (
        "import sys, flume.views.terminal; print([m for m in ('rich', 'typer', 'msgspec', 'json') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# -- what every picture is ----------------------------------------------------------------------


@pytest.mark.parametrize("screen", [None, PLAIN, COLOURED, ASCII, Screen(30, 8, True, True), Screen(1, 2, False, True)])
@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_fits(name: str, live: bool, screen: Screen | None) -> None:
    """No wider than the terminal and, live, no higher; no spaces at ends; the same every time."""
    target = Target(screen=screen, live=live)
    text = draw(CHARTS[name], target)
    columns, most = (screen.columns, screen.rows - 1) if screen else (80, 26)
    rows = seen(text)
    assert text.endswith("\n")
    assert max(map(width, rows)) <= columns
    assert len(rows) <= most or not live
    assert not [row for row in rows if row != row.rstrip()]
    assert text == draw(CHARTS[name], target)
    assert ("\x1b" in text) <= bool(screen and screen.colour)
    assert text.isascii() or screen is not ASCII


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (20, 5), (40, 10), (200, 60)])
@pytest.mark.parametrize("name", CHARTS)
def test_a_size_is_kept(name: str, size: tuple[int, int]) -> None:
    """Charts that stand are as high as asked for, those that lie at most."""
    rows = seen(draw(CHARTS[name], Target(size=size)))
    assert max(map(width, rows)) <= size[0]
    assert len(rows) == size[1] if not CHARTS[name].horizontal and CHARTS[name].kind != "pie" else len(rows) <= size[1]


def test_a_live_picture_is_no_larger_than_the_terminal() -> None:
    """Whatever size was asked for: a row that wraps would spoil the next frame."""
    rows = seen(draw(YEAR, Target(size=(200, 100), screen=Screen(40, 12, False, True), live=True)))
    assert len(rows) == 11
    assert max(map(width, rows)) <= 40


@pytest.mark.parametrize(
    ("screen", "rows"), [(None, 26), (PLAIN, 26), (Screen(120, 50, False, True), 26), (Screen(80, 24, False, True), 23)]
)
def test_the_height_where_none_is_asked_for(screen: Screen | None, rows: int) -> None:
    """That of the first picture that flume ever drew, where it fits above the cursor."""
    assert len(seen(draw(YEAR, Target(screen=screen)))) == rows


# -- bars ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [None, COLOURED])
def test_bars_are_as_high_as_their_values(screen: Screen | None) -> None:
    """Above its label each month has a bar of its days: 28, 30 and 31 are told apart."""
    rows = seen(draw(YEAR, Target(screen=screen)))
    labels = next(row for row in rows if "Jan" in row)
    scale = [height(rows, labels.index(month) + 1) for month in MONTHS]
    assert [round(high / scale[0] * 31) for high in scale] == DAYS
    assert len(set(scale)) == 3


def test_bars_end_at_the_ticks_of_their_values() -> None:
    """A bar of 30 ends in the row of the tick 30, in ASCII as well."""
    chart = bars(list("abc"), ("", [10, 30, 40]), y=(0, 50, 10))
    for target, block in ((Target(size=(40, 22)), "█"), (Target(size=(40, 22), screen=ASCII), "#")):
        rows = seen(draw(chart, target))
        labels = rows[-1]
        for name, value in (("a", "10"), ("b", "30"), ("c", "40")):
            column = labels.index(name)
            (tick,) = (at for at, row in enumerate(rows) if row.split(" ")[0] == value)
            assert rows[tick][column] == block
            assert rows[tick - 1][column] != block


def test_each_series_has_its_bar_and_its_name() -> None:
    """Side by side, told apart without colours."""
    rows = seen(draw(CHARTS["two series"]))
    assert "██ 2000  ▒▒ 2001" in rows[-1]
    column = rows[-2].index("Feb")
    assert any("▅▅▁▁" in row[column - 1 : column + 5] for row in rows)  # the 29th of February
    assert any("██▒▒" in row for row in rows)


def test_a_hole_is_no_bar() -> None:
    """The place of the category stays empty."""
    rows = seen(draw(bars(list("abc"), ("", [20, None, 20]))))
    labels = rows[-1]
    assert [height(rows, labels.index(name)) > 0 for name in "abc"] == [True, False, True]


def test_bars_below_zero_hang() -> None:
    """From the axis, which stands between."""
    rows = [row.ljust(80) for row in seen(draw(CHARTS["negative"]))]
    (axis,) = (at for at, row in enumerate(rows) if "──" in row)
    labels = rows[-1]
    assert rows[axis].startswith(" 0 ┼")
    assert rows[axis - 1][labels.index("a")] == "█"
    assert rows[axis + 1][labels.index("a")] == " "
    assert rows[axis + 1][labels.index("d")] == "█"
    assert rows[axis - 1][labels.index("d")] == " "


def test_the_end_of_a_hanging_bar_is_exact_where_there_are_colours() -> None:
    """What is left of its cell is drawn, and turned inside out."""
    assert re.search(r"\x1b\[[0-9;]*;7m[▁▂▃▄▅▆▇]+", draw(CHARTS["negative"], Target(screen=COLOURED)))


@pytest.mark.parametrize("value", [0.001, -0.001])
@pytest.mark.parametrize("screen", [PLAIN, ASCII])
@pytest.mark.parametrize("horizontal", [False, True])
def test_a_bar_that_is_not_zero_is_seen(value: float, screen: Screen, horizontal: bool) -> None:
    """However small it is; zero itself is none."""
    chart = bars(list("ab"), ("", [value, 0]), y=(-40, 40, 10), horizontal=horizontal)
    zero = bars(list("ab"), ("", [0, 0]), y=(-40, 40, 10), horizontal=horizontal)
    mark = re.compile("[▁▔▏▕#_']")
    assert mark.search(draw(chart, Target(screen=screen)))
    assert not mark.search(draw(zero, Target(screen=screen)))


def test_values_stand_above_bars_where_there_is_room() -> None:
    """And below those that hang; where one is too long none is shown."""
    assert [f" {value} " in draw(YEAR) for value in (28, 30, 31)] == [True, True, True]
    assert "-4.9" in draw(CHARTS["negative"])
    long = bars(MONTHS, ("", [1234.567, *DAYS[1:]]), y=(0, 1500, 500))
    assert " 28 " not in draw(long)


def test_of_more_bars_than_columns_the_longest_are_seen() -> None:
    """One that sticks out of hundreds is not lost."""
    ys = [1.0] * 1000
    ys[617] = 40.0
    rows = seen(draw(bars([str(n) for n in range(1000)], ("", ys), y=(0, 40, 10))))
    assert max(height(rows, column) for column in range(5, 80)) >= 20


def test_lying_bars_are_as_long_as_their_values() -> None:
    """In eighths of a column, the value behind."""
    rows = seen(draw(CHARTS["lying"]))
    lengths = {}
    for row in rows:
        if match := re.search(r"(\w+) │(█+)([▏▎▍▌▋▊▉]?) (\d+)$", row):
            lengths[match[1]] = len(match[2]) + " ▏▎▍▌▋▊▉".index(match[3] or " ") / 8, int(match[4])
    assert [lengths[month][1] for month in MONTHS] == DAYS
    assert [round(lengths[month][0] / lengths["Jan"][0] * 31) for month in MONTHS] == DAYS


def test_lying_bars_below_zero_grow_to_the_left() -> None:
    """With their value before them."""
    rows = seen(draw(CHARTS["lying, negative"]))
    assert any(re.search(r"^b +-1\.7 .?█+│$", row) for row in rows)
    assert any(re.search(r"^a +│█+.? 3\.2$", row) for row in rows)


def test_lying_bars_for_which_there_is_no_room_are_counted() -> None:
    """As many as fit, then how many more there are."""
    chart = bars([f"n{n}" for n in range(30)], ("", [5] * 30), horizontal=True)
    rows = seen(draw(chart, Target(size=(40, 10))))
    assert rows[-1] == "… and 21 more"
    assert len(rows) == 10
    assert len(seen(draw(chart))) == 30


# -- shares -------------------------------------------------------------------------------------


def test_shares_are_said_in_per_cent() -> None:
    """Bars as long as their shares, the largest with all the room."""
    text = draw(CHARTS["shares"])
    assert re.search(r"a │█+.? 12\.5%  1\n", text)
    assert re.search(r"b │█+.? 25\.0%  2\n", text)
    assert re.search(r"c │█+.? 62\.5%  5\n", text)
    lengths = [row.count("█") for row in text.splitlines() if "%" in row]
    assert lengths[2] == pytest.approx(5 * lengths[0], abs=5)


def test_each_slice_has_a_colour() -> None:
    """Of the palette, in turns."""
    text = draw(CHARTS["shares"], Target(screen=COLOURED))
    assert len(set(re.findall(r"\x1b\[([0-9;]+)m█", text))) == 3


# -- lines and points ---------------------------------------------------------------------------


@pytest.mark.parametrize(("style", "across"), [("braille", 2), ("block", 2), ("ascii", 1)])
def test_how_many_values_stand_side_by_side(style: str, across: int) -> None:
    """So many columns of dots: core thins lines to that."""
    assert terminal(style=style).open(Target(screen=PLAIN)).columns == 80 * across


@pytest.mark.parametrize(("style", "marks"), [("braille", "[⠁-⣿]"), ("block", "[▘▝▀▖▌▞▛▗▚▐▜▄▙▟█]"), ("ascii", r"\*")])
def test_a_line_has_no_gaps(style: str, marks: str) -> None:
    """In every column it has a cell, and those side by side touch."""
    rows = seen(draw(CHARTS["line"], style=style))
    plot = [row[6:] for row in rows[1:-2]]
    cells = {(x, y) for y, row in enumerate(plot) for x, character in enumerate(row) if re.match(marks, character)}
    by_column = [[y for x, y in cells if x == column] for column in range(74)]
    assert all(by_column)
    for left, right in pairwise(by_column):
        assert min(abs(a - b) for a in left for b in right) <= 1


@given(st.tuples(*[st.integers(0, 30)] * 4), st.sampled_from(["braille", "block", "ascii"]))
def test_a_line_leads_from_one_place_to_the_other(ends: tuple[int, int, int, int], style: Style) -> None:
    """With as many dots as it takes and no more."""
    x, y, to_x, to_y = ends
    dots = Dots(31, 31, style)
    dots.line((x, y), (to_x, to_y))
    assert {(x // dots.wide, y // dots.high), (to_x // dots.wide, to_y // dots.high)} <= set(dots.cells)
    set_ = sum(bits.bit_count() for bits in dots.cells.values())
    assert set_ == max(abs(to_x - x), abs(to_y - y)) + 1
    xs = sorted({column for column, _ in dots.cells})
    assert xs == list(range(xs[0], xs[-1] + 1))


def test_a_line_runs_where_its_points_are() -> None:
    """From the lowest value at the left to the highest at the right."""
    rows = seen(draw(lines(("", [0, 1], [-1, 1])), style="ascii"))
    assert rows[0].startswith("   1 +")
    assert rows[0].endswith("*")
    assert rows[-2].startswith("  -1 +*")


def test_a_line_breaks_at_a_hole() -> None:
    """Between the points around it there is nothing; a point alone is a mark."""
    rows = seen(draw(lines(("", [0, 1, 2, 3, 4], [0, 0, None, 0, 0]))))
    (row,) = (row for row in rows if re.search("[⠁-⣿]", row))
    assert re.fullmatch(r"   0 ┤[⠁-⣿]{19,20} {34,38}[⠁-⣿]{19,20}", row)
    assert sum(row.count("•") for row in seen(draw(CHARTS["one point"]))) == 1


@pytest.mark.parametrize("far", [3.0, 1e9, 1e300, -1e300])
def test_what_is_outside_of_the_axes_is_not_drawn(far: float) -> None:
    """Of a line that leads there the part inside is; however far it leads, that takes no time."""
    up = lines(("", [0, 1, 2], [0.5, far, 0.5]))
    assert re.search("[⠁-⣿]", draw(up))
    series = Series("", (-abs(far), 0.5, abs(far)), (0.0, 0.0, 0.0))
    across = Chart("line", "", Axis("", "number", 0, 1, ()), Axis("", "number", -1, 1, ticks(-1, 1, 1)), (series,))
    (row,) = (row for row in seen(draw(across)) if row.startswith(" 0 "))
    assert re.fullmatch(" 0 ┤[⠁-⣿]{76}", row)
    assert not re.search("[⠁-⣿]", draw(replace(across, y=Axis("", "number", 1, 2, ()))))


def test_lines_are_told_apart_without_colours() -> None:
    """By marks on them, which the legend names."""
    text = draw(CHARTS["7 lines"], Target(screen=PLAIN))
    for mark in "●■▲◆○□△":
        assert text.count(mark) > 2
    assert "● series 0  ■ series 1" in text
    assert "●" not in draw(CHARTS["7 lines"], Target(screen=COLOURED))


def test_series_of_one_colour_are_told_apart() -> None:
    """The eighth has the colour of the first, and another character."""
    legend = "\n".join(seen(draw(CHARTS["20 series"], Target(screen=COLOURED)))[-4:])
    assert "██ series 6" in legend
    assert "▒▒ series 7" in legend


def test_points_are_marks_where_they_are_few() -> None:
    """And dots where they are many."""
    assert "•" in draw(lines(("", *sine(60)), kind="scatter"))
    assert "•" not in draw(CHARTS["many points"])
    assert re.search("[⠁-⣿]", draw(CHARTS["many points"]))


def test_a_hundred_thousand_points_take_no_time() -> None:
    """As they come from core: the lowest and the highest of each column."""
    canvas = terminal().open(Target())
    xs = [n * 625.0 for n in range(2 * canvas.columns)]
    chart = lines(("", xs, [1.0 if n % 2 else -1.0 for n in range(len(xs))]))
    took = []
    for _ in range(3):
        begin = time.process_time()
        canvas.draw(chart)
        took.append(time.process_time() - begin)
    assert min(took) < 0.5  # a fiftieth of it on a machine that does nothing else


# -- texts --------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    """Text without spaces."""
    return "".join(text.split())


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("screen", [None, COLOURED])
@pytest.mark.parametrize("horizontal", [False, True])
def test_texts_are_written_as_they_are(hostile: str, screen: Screen | None, horizontal: bool) -> None:
    """Each kind of text, of a chart that stands and of one that lies."""
    for place in ("title", "xlabel", "ylabel", "category", "series"):
        given = {place: hostile} if place in ("title", "xlabel", "ylabel") else {}
        name = hostile if place == "series" else "x"
        categories = [hostile if place == "category" else "a", "b"]
        chart = bars(categories, (name, [1, 2]), ("y", [3, 4]), horizontal=horizontal, **given)
        assert hostile in "\n".join(seen(draw(chart, Target(screen=screen)))), place


@pytest.mark.parametrize("hostile", HOSTILE)
def test_texts_of_ticks_are_written_as_they_are(hostile: str) -> None:
    """On either axis of a line."""
    chart = lines(("", *sine()), x=[Tick(90, hostile)])
    assert hostile in draw(chart)
    y = Axis("", "number", -1, 1, (Tick(0, hostile),))
    assert hostile in draw(Chart("line", "", chart.x, y, chart.series))


@pytest.mark.parametrize("character", ["\x1b[2J", "\u202e", "\u200d", "\ufe0f"])
def test_what_a_terminal_would_obey_is_left_out(character: str) -> None:
    """Even where core has let it through."""
    text = f"a{character}b"
    chart = bars([text, "x"], (text, [1, 2]), ("y", [3, 4]), title=text, xlabel=text, ylabel=text)
    assert not set(character[0]) & set(draw(chart))


def test_long_texts_are_cut() -> None:
    """With an ellipsis, wherever they stand."""
    long = "x" * 5000
    for horizontal in (False, True):
        chart = bars(
            [long, "b"], (long, [1, 2]), ("y", [3, 4]), title=long, xlabel=long, ylabel=long, horizontal=horizontal
        )
        text = draw(chart)
        assert text.count("…") == 5
        assert max(map(width, text.splitlines())) <= 80
        ascii = draw(chart, Target(screen=ASCII))
        assert ascii.count("...") == 5


def test_names_that_do_not_fit_are_cut_as_long_as_they_differ() -> None:
    """Else every other one is written in full."""
    different = bars(["NetworkManager", "wpa_supplicant", "laptop-mode-tools", "anacron-daily"] * 2, ("", [1] * 8))
    assert "Network… wpa_sup…" in draw(different)
    same = bars([f"2015-01-{n:02}" for n in range(1, 17)], ("", [1] * 16))
    row = seen(draw(same))[-1]
    assert row.split()[:3] == ["2015-01-01", "2015-01-04", "2015-01-07"]


def test_texts_of_ticks_never_run_together() -> None:
    """As many as fit, evenly."""
    chart = lines(("", *sine()), x=[Tick(n, f"13:00:{n:02}") for n in range(0, 180, 5)])
    shown = seen(draw(chart))[-1].split()
    assert 5 <= len(shown) <= 10
    assert all(re.fullmatch(r"13:00:\d{2,3}", text) for text in shown)


def test_without_room_what_matters_least_goes_first() -> None:
    """The bars stay."""
    assert "month" in draw(YEAR, Target(size=(80, 9)))
    short = draw(YEAR, Target(size=(80, 6)))
    assert "month" not in short.replace("Days of the month", "")
    assert "Jan" in short
    assert "█" in short


def test_a_legend_without_room_says_how_many_are_missing() -> None:
    """The names that fit, and a number."""
    chart = bars(["a"], *[(f"series number {n}", [1]) for n in range(60)])
    text = draw(chart)
    assert "series number 0" in text
    shown = len(re.findall(r"series number \d+", text))
    assert f"… {60 - shown} more" in text


# -- colours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "style"),
    [
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "38;2;68;119;170"),
        ({"TERM": "xterm-256color"}, "38;5;67"),
        ({"TERM": "xterm"}, "34"),
    ],
)
def test_colours_are_those_that_the_terminal_has(
    environment: dict[str, str], style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its environment says."""
    for name in ("COLORTERM", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert f"\x1b[{style}m█" in draw(YEAR, Target(screen=COLOURED))


def test_without_a_screen_there_are_no_colours() -> None:
    """A file or a pipe gets plain text."""
    assert "\x1b" not in draw(YEAR)
    assert "\x1b" not in draw(YEAR, Target(screen=PLAIN))


def test_palette_is_told_apart_in_16_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven series, seven colours."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    text = draw(CHARTS["7 series"], Target(screen=COLOURED))
    assert len(set(re.findall(r"\x1b\[([0-9;]+)m██ ", text))) == 7


# -- ASCII --------------------------------------------------------------------------------------


def test_where_there_is_only_ascii() -> None:
    """Bars of #, lines of *, a question mark for what cannot be written."""
    chart = bars(["日本", "b"], ("é", [1, 2]), ("y", [3, 4]), y=(0, 5, 1))
    text = draw(chart, Target(screen=ASCII))
    assert text.isascii()
    assert "##" in text
    assert "==" in text
    assert "??" in text
    assert "*" in draw(CHARTS["line"], Target(screen=ASCII))
