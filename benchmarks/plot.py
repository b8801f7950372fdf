"""The picture: how long peers take where flume takes 1."""

from __future__ import annotations

from pathlib import Path

import pygal
from pygal.style import Style

from benchmarks.jobs import FRIENDLY
from benchmarks.running import Outcome

PEERS = ["DuckDB", "DuckDB, types declared", "Polars", "mawk"]
HIGHEST = 4  # what is far behind is in the tables: here it would make all else small
FONT = "system-ui, sans-serif"
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#888",
    foreground_strong="#888",
    foreground_subtle="#8886",
    guide_stroke_color="#8886",
    major_guide_stroke_color="#8886",
    opacity="0.9",
    font_family=FONT,
    legend_font_size=12,
    colors=("#00897b", "#f9a825", "#fdd835", "#3949ab", "#8e8e8e"),
)


def write(path: Path, outcomes: dict[str, Outcome]) -> None:
    """Draw the jobs in which whole files are read."""
    names = [name for name in FRIENDLY if name in outcomes and "DuckDB" in outcomes[name].measures and name != "H"]
    chart = pygal.Bar(
        style=STYLE,
        js=[],  # it is shown as a picture, and asks nothing of other servers
        title="Wall time where flume takes 1: less is faster",
        legend_at_bottom=True,
        legend_at_bottom_columns=5,
        truncate_legend=-1,
        include_x_axis=True,
        width=900,
        height=420,
        disable_xml_declaration=True,
    )
    chart.x_labels = names
    chart.add("flume", [1 for _ in names])
    for peer in PEERS:
        chart.add(peer, [relative(outcomes[name], peer) for name in names])
    path.write_text(chart.render(is_unicode=True) + "\n", encoding="utf-8")


def relative(outcome: Outcome, peer: str) -> float | None:
    """How many times flume's wall time; nothing where that is not measured, or out of sight."""
    if peer not in outcome.measures:
        return None
    ratio = outcome.measures[peer]["wall"] / outcome.measures["flume"]["wall"]
    return ratio if ratio <= HIGHEST else None
