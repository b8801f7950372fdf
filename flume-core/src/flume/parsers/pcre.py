"""pcre2: an optional library whose patterns take a whole block apart at once."""

from __future__ import annotations

from typing import Any


def compiled(pattern: bytes) -> Any:
    """The pattern, ready to be used; None where the library is not installed, or makes nothing of one so large."""
    try:
        import pcre2
    except ImportError:
        return None
    try:
        made = pcre2.compile(pattern)
        made.jit_compile()
    except pcre2.LibraryError:  # or where no code can be made on this machine
        return None
    return made


def substituted(pattern: Any, template: bytes, block: bytes) -> tuple[bytes, int] | None:
    """The block with *template* in place of each match, and how many these are; None where a limit was met."""
    import pcre2

    try:
        return pattern.subn(template, block)  # type: ignore[no-any-return]
    except pcre2.LibraryError:
        return None
