"""What can be seen: every text of a chart is drawn, whole, and none upon another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import resvg_py
from PIL import Image, ImageChops

from flume.viewing import Axis, Chart, Series, Target, Tick
from flume_viz_pygal import pygal
from flume_viz_pygal.png import png

Box = tuple[int, int, int, int]

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LONG = ["The quick brown fox jumps over it", "/api/v1/accounts/{id}/transactions", "a", "user@example.com", "WWWWWWWWW"]


def axis(label: str, low: float, high: float, *values: float) -> Axis:
    return Axis(label, "number", low, high, tuple(Tick(value, f"{value:,.6g}") for value in values))


def bars(texts: list[str], series: int, *, low: float = 0, horizontal: bool = False) -> Chart:
    ticks = tuple(map(Tick, range(len(texts)), texts))
    x = Axis("categories", "category", -0.5, len(texts) - 0.5, ticks)
    y = axis("values", low, 100, *([low] if low else []), 0, 50, 100)
    made = [
        Series(
            f"a long name of series {number}" if series > 1 else "",
            tuple(range(len(texts))),
            tuple((low if (number + place) % 3 == 1 else 100) - (place + number) % 7 for place in range(len(texts))),
        )
        for number in range(series)
    ]
    return Chart("bar", "A chart of bars", x, y, tuple(made), horizontal=horizontal)


def line() -> Chart:
    ticks = tuple(
        Tick(1_468_763_700 + 30 * number, f"13:{55 + number // 2}:{30 * (number % 2):02}") for number in range(8)
    )
    x = Axis("17 Jul 2016 (UTC)", "time", ticks[0].value, ticks[-1].value, ticks)
    xs = tuple(tick.value for tick in ticks)
    return Chart("line", "A line", x, axis("values", 0, 1, 0, 0.25, 0.5, 0.75, 1), (Series("load", xs, (0.5,) * 8),))


def pie() -> Chart:
    names = [*LONG, "Edge", "other"]
    x = Axis("", "category", -0.5, 6.5, tuple(map(Tick, range(7), names)))
    return Chart("pie", "A pie", x, axis("", 0, 1), (Series("", tuple(range(7)), (40, 20, 12, 9, 8, 6, 5)),))


CHARTS = {
    "bars": bars(MONTHS, 2),
    "bars with values": bars(MONTHS, 1),
    "bars below zero": bars(MONTHS[:5], 1, low=-100),
    "bars of twenty series": bars(MONTHS[:4], 20),
    "bars with long names": bars(LONG * 2, 1),
    "dense bars": bars([f"item {number}" for number in range(26)], 1),
    "lying bars": bars(LONG, 1, horizontal=True),
    "lying bars below zero": bars(LONG, 1, low=-100, horizontal=True),
    "line": line(),
    "pie": pie(),
    "long title": replace(bars(MONTHS, 1), title="A title that goes on " * 8),
}


def drawn(chart: Chart, size: tuple[int, int] | None = None) -> Element:
    picture = pygal().open(Target(format="svg", size=size)).draw(chart)
    assert picture
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    return ElementTree.fromstring(picture.data)


def seen(root: Element) -> Image.Image:
    return Image.open(BytesIO(png(ElementTree.tostring(root, encoding="unicode"), 1))).convert("RGB")


def texts(root: Element) -> list[Element]:
    return [node for node in root.iter() if node.tag.endswith("}text") and (node.text or "").strip()]


def boxes(root: Element) -> dict[str, Box | None]:
    """Where each text is seen, by its number and what it says: what it changes in the picture without texts."""
    bare = deepcopy(root)
    said = [(node, node.text) for node in texts(bare)]
    for node, _ in said:
        node.text = ""
    background = seen(bare)
    found = {}
    for number, (node, text) in enumerate(said):
        node.text = text
        found[f"{number} {text}"] = ImageChops.difference(seen(bare), background).getbbox()
        node.text = ""
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("name", CHARTS)
def test_every_text_is_drawn_whole_and_none_upon_another(name: str) -> None:
    root = drawn(CHARTS[name], (480, 300) if name == "dense bars" else None)
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    found = boxes(root)
    assert found
    invisible = [text for text, box in found.items() if box is None]
    assert not invisible
    seen_at = {text: box for text, box in found.items() if box}
    clipped = [t for t, (x0, y0, x1, y1) in seen_at.items() if x0 <= 0 or y0 <= 0 or x1 >= width or y1 >= height]
    assert not clipped
    turned = {f"{number} {node.text}" for number, node in enumerate(texts(root)) if node.get("transform")}
    pairs = combinations(seen_at.items(), 2)
    assert not [
        f"{text} / {other}"
        for (text, box), (other, around) in pairs
        if overlap(box, around) and not {text, other} <= turned  # the boxes around slanted texts do cross
    ]


def test_turned_labels_hang_below_the_axis() -> None:
    """None reaches into the bars."""
    root = drawn(CHARTS["bars with long names"])
    (transform,) = {node.get("transform") for node in root.iter() if node.get("class") == "plot"}
    top = int((transform or "").rpartition(",")[2].rstrip(")"))
    (frame,) = [
        node
        for plot in root.iter()
        if plot.get("class") == "plot"
        for node in plot
        if node.get("class") == "background"
    ]
    bottom = top + float(frame.get("height", ""))
    turned = [
        f"{number} {node.text}" for number, node in enumerate(texts(root)) if "rotate(330" in node.get("transform", "")
    ]
    assert len(turned) == 10
    found = boxes(root)
    assert all(box and box[1] >= bottom for box in map(found.get, turned))


def test_text_is_drawn_where_the_system_has_no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A font comes along: without it resvg would leave all text out."""
    monkeypatch.setattr(resvg_py, "svg_to_bytes", partial(resvg_py.svg_to_bytes, skip_system_fonts=True))
    root = drawn(CHARTS["bars"], (480, 240))
    assert all(boxes(root).values())


def test_a_picture_is_as_large_as_asked_and_not_blank() -> None:
    for zoom, pixels in ((2, (1920, 960)), (0.5, (480, 240))):
        picture = pygal(zoom=zoom).open(Target(format="png")).draw(CHARTS["bars"])
        assert picture
        image = Image.open(BytesIO(picture.data)).convert("RGB")
        assert image.size == pixels
        colours = {colour: count for count, colour in image.getcolors(1 << 24) or ()}
        blue = colours[0x44, 0x77, 0xAA]
        assert blue > 0.1 * pixels[0] * pixels[1]
        assert colours[0xEE, 0x66, 0x77] == pytest.approx(blue, rel=0.2)


@pytest.mark.parametrize("format", ["svg", "png"])
def test_a_long_line_stays_small(format: str) -> None:
    """As many points as core leaves of a hundred thousand."""
    xs = tuple(x / 4 for x in range(4000))
    chart = replace(line(), x=axis("", 0, 1000, 0, 1000), series=(Series("", xs, tuple(x % 7 / 7 for x in xs)),))
    picture = pygal().open(Target(format=format)).draw(chart)
    assert picture
    assert len(picture.data) < 250_000
