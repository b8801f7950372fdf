"""Pages: the text of the documentation, as it is installed with the program.

The files in `flume/pages` are links to those of the checkout, and become files in a wheel.
"""

from __future__ import annotations

import re
from importlib import resources

_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)


def titles() -> dict[str, str]:
    """The first heading of each page, by the name of the page.

    >>> titles()["plugins"]
    'Write a plugin'
    """
    names = sorted(each.name for each in resources.files("flume").joinpath("pages").iterdir())
    return {name.removesuffix(".md"): _text(name).partition("\n")[0].lstrip("# ") for name in names}


def page(name: str) -> str:
    """The page of this name, one of `titles`, as it is written in Markdown; what is for its tests alone is left out.

    >>> page("plugins").partition(".")[0]
    '# Write a plugin\\n\\nA plugin is a package that adds words'
    """
    return _COMMENT.sub("", _text(f"{name}.md"))


def _text(file: str) -> str:
    return resources.files("flume").joinpath("pages", file).read_text(encoding="utf-8")
