"""What a pattern says of every line that it matches, before the line is looked at closely."""

from __future__ import annotations

from collections.abc import Iterator

from flume_adapter_grok.tree import At, Atomic, Back, Capture, Chars, Either, Node, Repeat, Sequence


def needle(tree: Node) -> str:
    """Return the longest text that each match surely holds; the empty text if none is known.

    >>> from flume_adapter_grok.oniguruma import parse
    >>> needle(parse("a*bc(?:d|e)fghi?"))
    'fgh'
    """
    runs = [""]
    for text in _runs(tree):
        if text is None:
            runs.append("")
        else:
            runs[-1] += text
    return max(runs, key=len)


def _runs(node: Node) -> Iterator[str | None]:
    """Yield the texts that must stand in a match, None where something else may come between."""
    match node:
        case Chars(charset, folded):
            yield None if folded else charset.only
        case Sequence(items):
            for item in items:
                yield from _runs(item)
        case Capture(body) | Atomic(body):
            yield from _runs(body)
        case Repeat(body, least, most) if least:
            for _ in range(min(least, 8)):
                yield from _runs(body)
            if least != most or least > 8:
                yield None
        case Either() | Repeat() | Back():
            yield None


def beginning(tree: Node) -> str | None:
    r"""Return the place that a match must begin at, as `re` writes it: `^`, `\A`; None: anywhere."""
    match tree:
        case At(text):
            return text
        case Sequence((head, *_)) | Capture(head) | Atomic(head):
            return beginning(head)
    return None


def sure(node: Node) -> Iterator[Capture]:
    """Yield the captures that take part in each match."""
    match node:
        case Capture(body):
            yield node
            yield from sure(body)
        case Sequence(items):
            for item in items:
                yield from sure(item)
        case Atomic(body):
            yield from sure(body)
        case Repeat(body, least) if least:
            yield from sure(body)
