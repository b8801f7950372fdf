"""A page with one chart, whole in one file: no request leaves it."""

from __future__ import annotations

from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #ffffff }}
body > svg {{ display: block; margin: 0 auto; max-width: 100%; height: auto }}
</style>
</head>
<body>
{svg}
</body>
</html>
"""

_ALLOWED = "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def page(title: str, svg: str) -> str:
    """The page around an svg element."""
    return _PAGE.format(title=escape(title or "Chart"), svg=svg, allowed=_ALLOWED)
