"""A chart as pygal draws it: the values of `Chart`, with the ticks of `Chart` and none of pygal's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import spec_from_loader
from typing import Any

from pygal import XY, Bar, HorizontalBar, Pie, PluginImportFixer

from flume.viewing import FORM, Axis, Chart, Series
from flume_viz_pygal import finish, look
from flume_viz_pygal.layout import Layout

_PRINTED = 15
"""So many bars at most have their values written on them."""

_DOTTED = 60
"""So many points at most are dots on a line, which can be pointed at."""

_POINTED = 1000
"""So many points of a scatter chart at most can be pointed at: each of them costs 300 bytes."""

_UNFIT = {0xFFFE: "\N{REPLACEMENT CHARACTER}", 0xFFFF: "\N{REPLACEMENT CHARACTER}"}
"""Characters that XML cannot have, not even escaped."""


if not hasattr(PluginImportFixer, "find_spec"):
    # pygal puts a finder into sys.meta_path of which Python 3.11 warns whenever a module is missing
    PluginImportFixer.find_spec = lambda self, name, path=None, target=None: (
        spec_from_loader(name, self) if self.find_module(name) else None
    )


class _Bars(Layout, Bar):  # type: ignore[misc]
    """Bars that stand side by side."""


class _HorizontalBars(Layout, HorizontalBar):  # type: ignore[misc]
    """Bars that lie below each other."""


class _Points(Layout, XY):  # type: ignore[misc]
    """Lines, and points alone."""


class _Slices(Layout, Pie):  # type: ignore[misc]
    """A ring of slices."""


def svg(chart: Chart, size: tuple[int, int], *, uuid: str, hole: float, script: bool) -> str:
    """The chart as an svg element.

    :param size: in pixels. :param uuid: the id that its styles and scripts know it by.
    :param hole: of a pie, 0 to 1. :param script: whether values are shown where the mouse is.
    """
    names = [tick.text for tick in chart.x.ticks] if chart.kind == "pie" else [series.name for series in chart.series]
    options: dict[str, Any] = {
        "width": size[0],
        "height": size[1],
        "explicit_size": True,
        "disable_xml_declaration": True,
        "style": look.style(look.colours(chart, len(names)), 6 if _crowded(chart) else 2, chart.kind == "pie"),
        "css": ["file://style.css", "file://graph.css", look.css(uuid, len(names))],
        "margin": look.MARGIN,
        "spacing": look.SPACING,
        "title": chart.title or None,
        "legend_at_bottom": True,
        "legend_box_size": look.BOX,
        "show_legend": chart.legend,
        "truncate_label": -1,
        "truncate_legend": -1,
        "inner_radius": hole,
    }
    draw = {"bar": _bars, "line": _line, "scatter": _scatter, "pie": _pie}[chart.kind]
    graph = draw(chart, options)
    graph.uuid = uuid
    graph.add_xml_filter(lambda root: finish.finish(root, graph, names if script else None))
    drawn: str = graph.render()
    return drawn.translate(_UNFIT)


def _bars(chart: Chart, options: dict[str, Any]) -> Any:
    kind = _HorizontalBars if chart.horizontal else _Bars
    graph = kind(
        chart,
        **options,
        **_frame(chart),
        formatter=lambda y: chart.text(y),
        print_values=len(chart.series) == 1 and len(chart.x.ticks) <= _PRINTED,
        print_values_position="top",
        rounded_bars=2,
        zero=min(max(0, chart.y.low), chart.y.high),
    )
    order = -1 if chart.horizontal else 1  # pygal begins at the bottom
    graph.x_labels = [tick.text for tick in chart.x.ticks][::order]
    for series in chart.series:
        graph.add(series.name, [_bar(chart, y) for y in series.ys][::order])
    return graph


def _bar(chart: Chart, y: float | None) -> Any:
    """A bar; of one that does not fit into the frame, what does."""
    if y is None or chart.y.low <= y <= chart.y.high:
        return y
    return {"value": min(max(y, chart.y.low), chart.y.high), "formatter": lambda _: chart.text(y)}


def _line(chart: Chart, options: dict[str, Any]) -> Any:
    dotted = sum(len(series.ys) for series in chart.series) <= _DOTTED
    return _points(chart, options, dotted=dotted, stroke=True)


def _scatter(chart: Chart, options: dict[str, Any]) -> Any:
    return _points(chart, options, dotted=not _crowded(chart), stroke=_crowded(chart))


def _crowded(chart: Chart) -> bool:
    """Whether the points of a scatter chart are too many to be pointed at: each is then a line with round ends."""
    return chart.kind == "scatter" and sum(len(series.ys) for series in chart.series) > _POINTED


def _points(chart: Chart, options: dict[str, Any], *, dotted: bool, stroke: bool) -> Any:
    graph = _Points(
        chart,
        **options,
        **_frame(chart),
        formatter=lambda point: chart.text(point[1]),
        show_dots=dotted,
        dots_size=3.5,
        stroke=stroke,
        allow_interruptions=True,
    )
    graph.x_labels = _ticks(chart.x)
    write = _writing(chart)
    for series in chart.series:
        if dotted:
            values: list[Any] = [
                {"value": point, "label": write(point[0])} for point in zip(series.xs, series.ys, strict=True)
            ]
        elif chart.kind == "scatter":
            values = [point for x, y in zip(series.xs, series.ys, strict=True) for point in ((x, y), (x, y), (x, None))]
        else:
            values = list(_unbroken(series))
        graph.add(series.name, values, stroke_style={"linecap": "round", "linejoin": "bevel"})
    return graph


def _unbroken(series: Series) -> Iterator[tuple[float, float | None]]:
    """The points of a line; one that stands between holes twice: a line from it to itself is a dot."""
    ys = (None, *series.ys, None)
    for x, before, y, after in zip(series.xs, ys, ys[1:], ys[2:], strict=False):
        yield x, y
        if y is not None and before is None and after is None:
            yield x, y


def _pie(chart: Chart, options: dict[str, Any]) -> Any:
    (series,) = chart.series
    whole = sum(y or 0 for y in series.ys) or 1
    graph = _Slices(
        chart,
        **options | {"show_legend": True},
        formatter=lambda y: chart.text(y),
        print_labels=True,
    )
    for tick, y in zip(chart.x.ticks, series.ys, strict=True):
        share = f"{100 * (y or 0) / whole:.1f}".removesuffix(".0")
        graph.add(tick.text, [{"value": y or 0, "label": f"{share}%"}])
    return graph


def _frame(chart: Chart) -> dict[str, Any]:
    """The titles of the axes, and the ticks that grow with the values."""
    across, upwards = (chart.y, chart.x) if chart.horizontal else (chart.x, chart.y)
    return {"x_title": across.label or None, "y_title": upwards.label or None, "y_labels": _ticks(chart.y)}


def _ticks(axis: Axis) -> list[dict[str, Any]]:
    return [{"value": tick.value, "label": tick.text} for tick in axis.ticks if axis.low <= tick.value <= axis.high]


def _writing(chart: Chart) -> Callable[[float], str]:
    """How a place on the axis of x is written where the mouse is."""
    if chart.x.scale == "time":
        return lambda x: f"{datetime.fromtimestamp(x, UTC).replace(tzinfo=None)}".removesuffix(" 00:00:00")
    if chart.x.scale == "category":
        return {tick.value: tick.text for tick in chart.x.ticks}.__getitem__
    return replace(chart, form=FORM).text
