"""A png of an svg, with letters wherever it is made.

resvg draws no text at all where it finds no font, without a word: so one comes along.  It is Open Sans, from the
package fontpkg-open-sans.  What it has no letters for is drawn with the fonts of the system.
"""

from __future__ import annotations

from functools import cache

import fontpkg_open_sans
import resvg_py


def png(svg: str, zoom: float) -> bytes:
    """The picture, *zoom* times as large as the svg says."""
    family = fontpkg_open_sans.FAMILY
    return resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, font_files=[_font()], sans_serif_family=family)


@cache
def _font() -> str:
    (upright,) = [font for font in fontpkg_open_sans.ROOT.glob("files/*.ttf") if "Italic" not in font.name]
    return str(upright)
