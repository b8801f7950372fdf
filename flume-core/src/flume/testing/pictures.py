"""pictures: what can be read of a picture: its texts, the addresses in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from flume.viewing import Picture

MAGIC = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/svg+xml": re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE svg[^>]*>\s*)?(<!--.*?-->\s*)*<svg\b", re.DOTALL),
    "image/x-sixel": re.compile(rb"\x1bP"),
    "text/html": re.compile(rb"\s*<(!doctype html|html)\b", re.IGNORECASE),
    "text/plain": re.compile(rb"[^\x00]"),
    "application/pdf": re.compile(rb"%PDF-"),
}
"""What the bytes of each media type begin with."""

ANY = re.compile(b"")
READABLE = frozenset({"text/plain", "image/svg+xml", "text/html"})
"""The media types whose texts `texts` reads."""

_ADDRESS = re.compile(r"""(?:https?:)?//[\w.-]+\.\w[^\s"'<>)]*""")
_NO_REQUEST = re.compile(r"<!--.*?-->|<!DOCTYPE[^>]*>|http://www\.w3\.org/(?:2000/svg|1999/x\w+)", re.DOTALL)
_ELLIPSIS = ("…", "...", "~")


def addresses(picture: Picture) -> list[str]:
    """The addresses of other machines in a picture of markup, but in comments and the names of kinds of XML.

    >>> addresses(Picture("image/svg+xml", b'<svg><image href="//a.example/b"/></svg>'))
    ['//a.example/b']
    """
    if picture.media_type not in ("image/svg+xml", "text/html"):
        return []
    return _ADDRESS.findall(_NO_REQUEST.sub("", picture.data.decode()))


def texts(picture: Picture) -> str:
    """What is written in a picture of one of the `READABLE` media types.

    >>> texts(Picture("text/html", b"<style>p {}</style><p>a &lt; b</p>"))
    'a < b'
    """
    if picture.media_type == "text/plain":
        return picture.data.decode()
    if picture.media_type == "image/svg+xml":
        return "\n".join(_written(ElementTree.fromstring(picture.data)))
    page = _Page()
    page.feed(picture.data.decode())
    page.close()
    return "".join(page.found)


def is_shown(text: str, written: str) -> bool:
    """Whether a text stands in what is written, or a beginning of it with an ellipsis.

    >>> is_shown("a long name", "| a lo… |"), is_shown("a long name", "| a lo |")
    (True, False)
    """
    text = " ".join(text.split())
    written = " ".join(written.split())
    beginnings = (text[:length].rstrip() for length in range(1, len(text)))
    return text in written or any(begin + dots in written for begin in beginnings for dots in _ELLIPSIS)


def _written(element: ElementTree.Element) -> list[str]:
    if element.tag.rpartition("}")[2] in ("style", "script"):
        return []
    found = [element.text or ""]
    for child in element:
        found += [*_written(child), child.tail or ""]
    return [text for text in found if text.strip()]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:  # in no script or style
            self.found.append(data)
