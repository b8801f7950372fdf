"""The last hand on an svg of pygal: what it has no option for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygaljs

from flume.viewing import Chart
from flume_viz_pygal.lettering import cut
from flume_viz_pygal.look import LABEL


def finish(root: Element, graph: Any, names: Sequence[str] | None) -> Element:
    """Cut what is too long, thin out what is too dense, and leave nothing in it that differs from run to run.

    :param names: those of the series, for the scripts; None: no scripts.
    """
    for comment in [node for node in root if not isinstance(node.tag, str)]:
        root.remove(comment)  # the version of pygal, and today's date
    _find(root, "title")[0].text = graph.chart.title or "Chart"
    for axis in _of_class(root, "axis"):
        _axis(axis, graph)
    for legend in _of_class(root, "legend"):
        _shorten(legend, graph.name_room)
    if graph.chart.horizontal:
        for text in _of_class(root, "value"):
            if text.tag == "text":
                text.set("text-anchor", "end" if float(text.get("x", 0)) < graph.view.y(graph.zero) else "start")
    if _overflows(graph.chart):
        _clip(root, graph)
    _scripts(root, graph, names)
    return root


def _axis(axis: Element, graph: Any) -> None:
    across = "x" in axis.get("class", "").split()
    guides = [node for node in axis if node.tag == "g"]
    for node in list(axis):
        if node.tag == "path" and across:
            axis.remove(node)  # the line at the left; the guides do without
    for number, guide in enumerate(guides):
        if number % (graph.every if across else graph.every_upwards):
            for text in _find(guide, "text"):
                guide.remove(text)
        for title in _find(guide, "title"):
            guide.remove(title)  # the position as pygal would write it
        _shorten(guide, graph.tick_room)
        for text in _find(guide, "text"):
            # resvg knows no selectors of attributes
            turned = text.get("transform") is not None
            anchor = "end" if turned or not across else "middle"
            text.set("style", f"text-anchor:{anchor}")
            if graph.x_label_rotation == 270 and turned:
                text.set("dy", "0.35em")
            elif across and not turned:
                text.set("dy", "4")  # clear of the lowest tick at the left
        if across and graph.chart.kind == "line":
            for line in _find(guide, "path"):
                guide.remove(line)


def _shorten(node: Element, room: float) -> None:
    """Cut the text in *node* to the room there is; all of it shows where the mouse is."""
    for title in _find(node, "title"):
        node.remove(title)
    for text in _find(node, "text"):
        whole = text.text or ""
        text.text = cut(whole, LABEL, room)
        if text.text != whole:
            SubElement(node, "title").text = whole


def _overflows(chart: Chart) -> bool:
    """Whether a line leaves the frame."""
    return chart.kind in ("line", "scatter") and any(
        y is not None and not (chart.y.low <= y <= chart.y.high and chart.x.low <= x <= chart.x.high)
        for series in chart.series
        for x, y in zip(series.xs, series.ys, strict=True)
    )


def _clip(root: Element, graph: Any) -> None:
    """Hide what lies outside the frame, but for half of a dot."""
    (defs,) = _find(root, "defs")
    name = f"frame-{graph.uuid}"
    frame = SubElement(defs, "clipPath", id=name)
    SubElement(frame, "rect", x="-5", y="-5", width=f"{graph.view.width + 10:g}", height=f"{graph.view.height + 10:g}")
    for series in _of_class(root, "series"):
        series.set("clip-path", f"url(#{name})")


def _scripts(root: Element, graph: Any, names: Sequence[str] | None) -> None:
    """Put the tooltips in, and nothing of the configuration that they do not read."""
    (defs,) = _find(root, "defs")
    for script in _find(defs, "script"):
        defs.remove(script)
    if names is None:
        return
    config = {"legends": names, "tooltip_fancy_mode": True, "width": graph.width, "height": graph.height}
    known = f"window.pygal={{config:{{{json.dumps(graph.uuid)}:{json.dumps(config)}}}}};"
    SubElement(defs, "script", type="text/javascript").text = known + _tooltips()


@cache
def _tooltips() -> str:
    return Path(pygaljs.path("2.0.x", "pygal-tooltips.min.js")).read_text(encoding="utf-8")


def _find(node: Element, tag: str) -> list[Element]:
    """The children of a kind."""
    return [child for child in node if child.tag == tag]


def _of_class(root: Element, name: str) -> Iterator[Element]:
    return (node for node in root.iter() if isinstance(node.tag, str) and name in node.get("class", "").split())
