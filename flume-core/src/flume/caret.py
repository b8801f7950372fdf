"""The error for text of the user's that does not read: what is wrong, and a caret under the place."""

from __future__ import annotations

from flume.errors import ExpressionError

WIDTH = 72  # characters of the text's line that are shown


def quoted(text: str) -> str:
    r"""The text in quotes as it was written: unlike `repr`, it doubles no backslash.

    >>> print(quoted(r"matches(m, '\d')"))
    "matches(m, '\d')"
    """
    quote = '"' if "'" in text and '"' not in text else "'"
    return f"{quote}{''.join(c if c.isprintable() else repr(c)[1:-1] for c in text)}{quote}"


def caret(reason: str, text: str, start: int, end: int | None = None) -> ExpressionError:
    """An error that says *reason* in its first line and shows *text* with a caret from *start* to *end*.

    *start* and *end* count characters of *text*, *end* exclusive.

    >>> print(caret("there is no function lowr", "lowr(name) == 'x'", 0, 4))
    "lowr(name) == 'x'": there is no function lowr
      lowr(name) == 'x'
      ^^^^
    """
    start = max(0, min(start, len(text)))
    first = text.rfind("\n", 0, start) + 1
    line = text[first:].partition("\n")[0]
    column = start - first
    length = max(1, min((end or start + 1) - start, len(line) - column))
    cut = max(0, column - WIDTH // 2) if len(line) > WIDTH else 0
    shown = "".join(c if c.isprintable() else " " for c in line[cut : cut + WIDTH])
    marks = "^" * min(length, max(1, len(shown) - (column - cut)))
    summary = " ".join(text.split())
    summary = summary if len(summary) <= WIDTH else summary[: WIDTH - 1] + "…"
    return ExpressionError(f"{quoted(summary)}: {reason}\n  {shown}\n  {' ' * (column - cut)}{marks}")
