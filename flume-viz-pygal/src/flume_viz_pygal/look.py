"""How charts look: sizes in pixels, colours, letters."""

from __future__ import annotations

from pygal.colors import darken, lighten
from pygal.style import Style

from flume.viewing import Chart

MARGIN = 24
SPACING = 14
TITLE = 20
LABEL = 13
BOX = 12
"""The coloured box before a name in the legend."""

FONTS = "'Open Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
"""A png has the first, which comes along; a browser takes the first that it has."""

_CSS = """
{id} .plot_title { font-size: 20px; font-weight: 600 }
{id} .axis .line { stroke: #999999 }
{id} .axis text.major { fill: #555555 }
{id} .tooltip .value { font-size: 1.2em; font-weight: 600 }
{id} .tooltip .legend, {id} .tooltip .x_label, {id} .tooltip .label { font-size: 0.85em; fill: #555555 }
{id} .tooltip rect { stroke: #bbbbbb }
{id} .bars .reactive, {id} .legends .reactive { stroke-width: 0 }
{id} .slices .reactive { stroke: #ffffff; stroke-width: {gap} }
{id} .text-overlay text.label { text-anchor: middle }
"""


def style(colours: list[str], stroke: float, inside: bool) -> Style:
    """White and quiet: what is to be seen is the values.

    :param stroke: the width of lines. :param inside: whether text stands on the colours.
    """
    return Style(
        background="#ffffff",
        plot_background="#ffffff",
        foreground="#555555",
        foreground_strong="#333333",
        foreground_subtle="#777777",
        font_family=FONTS,
        title_font_size=LABEL,  # that of the axes; the chart's own stands in the css
        label_font_size=LABEL,
        major_label_font_size=LABEL,
        legend_font_size=LABEL,
        value_font_size=LABEL,
        value_label_font_size=LABEL,
        tooltip_font_size=LABEL,
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        guide_stroke_color="#e3e3e3",
        major_guide_stroke_color="#e3e3e3",
        opacity="1",
        opacity_hover="0.8",
        stroke_opacity="1",
        stroke_opacity_hover="1",
        stroke_width=f"{stroke}",
        stroke_width_hover=f"{stroke + 1}",
        colors=tuple(colours),
        value_colors=tuple(_ink(colour) if inside else "#333333" for colour in colours),
    )


def css(uuid: str, count: int) -> str:
    """What pygal's own style has no name for, for so many series (slices)."""
    gap = "1.5" if count > 1 else "0"
    return f"inline:{_CSS.replace('{id}', f'#chart-{uuid}').replace('{gap}', gap)}"


def colours(chart: Chart, count: int) -> list[str]:
    """A colour for each series (each slice): when the palette begins anew it is darker, then lighter.

    >>> from flume.viewing import Axis
    >>> axis = Axis("", "number", 0, 1, ())
    >>> colours(Chart("bar", "", axis, axis, (), palette=("#4477AA",)), 3)
    ['#4477AA', '#305377', '#86aace']
    """
    shades = (lambda colour: colour, lambda colour: darken(colour, 14), lambda colour: lighten(colour, 20))
    return [shades[number // len(chart.palette) % len(shades)](chart.colour(number)) for number in range(count)]


def _ink(colour: str) -> str:
    """Black or white, which stands out more against a colour (WCAG 2: contrast ratio)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "#000000"
