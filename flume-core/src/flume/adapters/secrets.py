"""Secrets: what of an option is not shown, in the plan, in the report and with errors."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(://[^\s/?#:@'\"]*):[^\s/?#'\"]+@")


def without_passwords(text: str) -> str:
    """*text* without the passwords of the urls in it; those given as `env('NAME')` are never in a text.

    >>> without_passwords("read('http', url='https://me:secret@example.com/a')")
    "read('http', url='https://me:…@example.com/a')"
    """
    return _PASSWORD.sub(r"\1:…@", text) if "://" in text else text
