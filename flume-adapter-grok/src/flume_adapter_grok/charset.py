"""Sets of characters, as the classes of a regular expression name them."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from msgspec import Struct

ASCII = (1 << 128) - 1
BEYOND = 1 << 128  # in a mask: some character beyond ASCII
ANY = ASCII | BEYOND

_SPECIAL = frozenset("\\.^$*+?{}[]|()")
_SPECIAL_IN_CLASS = frozenset("\\^-[]&~|")


class CharSet(Struct, frozen=True):
    r"""A set of characters: the 128 of ASCII as bits, the rest as items of a `re` class.

    *beyond* holds items such as `ä`, `à-ü` or `\w`; only what they say of characters beyond ASCII counts.
    With *rest* they are those left out: everything else beyond ASCII is in.

    >>> (CharSet.of("ab") | CharSet.of("c")).text()
    '[a-c]'
    >>> (~CharSet.of("\n")).text()
    '[^\\n]'
    """

    ascii: int = 0
    beyond: frozenset[str] = frozenset()
    rest: bool = False

    @classmethod
    def of(cls, characters: Iterable[str]) -> CharSet:
        """Return the set of these characters."""
        bits, beyond = 0, set()
        for character in characters:
            if character.isascii():
                bits |= 1 << ord(character)
            else:
                beyond.add(character)
        return cls(bits, frozenset(beyond))

    @classmethod
    def between(cls, first: str, last: str) -> CharSet:
        """Return the set of the characters from *first* to *last*."""
        low, high = ord(first), ord(last)
        bits = ((1 << (min(high, 127) + 1)) - 1) & ~((1 << low) - 1) if low < 128 else 0
        beyond = frozenset([f"{chr(max(low, 128))}-{last}"]) if high > 127 else frozenset()
        return cls(bits, beyond)

    def __or__(self, other: CharSet) -> CharSet:
        ascii_ = self.ascii | other.ascii
        if not self.rest and not other.rest:
            return CharSet(ascii_, self.beyond | other.beyond)
        if (self.rest and not self.beyond) or (other.rest and not other.beyond):
            return CharSet(ascii_, frozenset(), True)
        if not self.beyond or not other.beyond or self == other:
            wide = self if self.rest else other
            return CharSet(ascii_, wide.beyond, True)
        raise ValueError("a character class that joins [^…] with other characters beyond ASCII")

    def __invert__(self) -> CharSet:
        return CharSet(self.ascii ^ ASCII, self.beyond, not self.rest)

    def __and__(self, other: CharSet) -> CharSet:
        return ~(~self | ~other)

    @property
    def mask(self) -> int:
        """The set as bits, one of them for all that is beyond ASCII: disjoint masks are disjoint sets."""
        return self.ascii | (BEYOND if self.rest or self.beyond else 0)

    @property
    def only(self) -> str | None:
        """The one character of the set, or None."""
        if not self.rest and not self.beyond and self.ascii.bit_count() == 1:
            return chr(self.ascii.bit_length() - 1)
        if not self.rest and not self.ascii and len(self.beyond) == 1:
            (item,) = self.beyond
            return item if len(item) == 1 else None
        return None

    def text(self) -> str:
        """Write the set for `re`, with DOTALL."""
        only = self.only
        if only is not None:
            return f"\\{only}" if only in _SPECIAL else _printable(only)
        if self.ascii == ASCII and self.rest and not self.beyond:
            return "."
        if r"\w" in self.beyond:
            return self._text_with_words()
        items = "".join(sorted(self.beyond))
        if self.rest:
            return f"[^{_items(self.ascii ^ ASCII)}{items}]"
        return f"[{_items(self.ascii)}{items}]" if self.ascii or items else r"(?!)"

    def _text_with_words(self) -> str:
        r"""Write a set with the letters and digits beyond ASCII, which only `\w` names, along with those of ASCII."""
        others = "".join(sorted(self.beyond - {r"\w"}))
        if not self.rest and self.ascii & WORD.ascii == WORD.ascii:
            return rf"[\w{_items(self.ascii & ~WORD.ascii)}{others}]"
        if self.rest:
            beyond = rf"[^\x00-\x7f\w{others}]"
        else:
            beyond = r"[^\x00-\x7f\W]" + (f"|[{others}]" if others else "")
        return f"(?:[{_items(self.ascii)}]|{beyond})" if self.ascii else f"(?:{beyond})"


def _printable(character: str) -> str:
    if character == "\n":
        return r"\n"
    if character.isascii() and not character.isprintable():
        return f"\\x{ord(character):02x}"
    return character


def _items(bits: int) -> str:
    """Write the ASCII characters of *bits* as the inside of a class."""
    written = []
    code = 0
    while bits >> code:
        if not bits >> code & 1:
            code += 1
            continue
        last = code
        while bits >> (last + 1) & 1:
            last += 1
        ends = [code, last] if last > code else [code]
        texts = [f"\\{chr(c)}" if chr(c) in _SPECIAL_IN_CLASS else _printable(chr(c)) for c in ends]
        written.append(("-" if last > code + 1 else "").join(texts))
        code = last + 1
    return "".join(written)


EVERYTHING = CharSet(ASCII, frozenset(), True)
DIGIT = CharSet.between("0", "9")
WORD = DIGIT | CharSet.between("a", "z") | CharSet.between("A", "Z") | CharSet.of("_")
SPACE = CharSet.of(" \t\n\r\f\v")
HEX = DIGIT | CharSet.between("a", "f") | CharSet.between("A", "F")


@cache
def _beyond_ascii(test: Callable[[str], bool]) -> frozenset[str]:
    """Return the characters beyond ASCII that pass *test*, as items of a class. Takes some 50 ms."""
    items, first = [], None
    for code in range(128, sys.maxunicode + 2):
        if code <= sys.maxunicode and test(chr(code)):
            first = code if first is None else first
        elif first is not None:
            items.append(chr(first) if first == code - 1 else f"{chr(first)}-{chr(code - 1)}")
            first = None
    return frozenset(items)


def _category(*prefixes: str) -> Callable[[str], bool]:
    return lambda character: unicodedata.category(character).startswith(prefixes)


_POSIX: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "blank": lambda character: character == "\t" or unicodedata.category(character) == "Zs",
    "cntrl": _category("Cc"),
    "digit": _category("Nd"),
    "graph": lambda character: not character.isspace() and unicodedata.category(character) not in ("Cc", "Cn", "Cs"),
    "lower": str.islower,
    "print": lambda character: unicodedata.category(character) not in ("Cc", "Cn", "Cs"),
    "punct": lambda character: character in "$+<=>^`|~" or unicodedata.category(character).startswith("P"),
    "space": str.isspace,
    "upper": str.isupper,
}
_CATEGORIES = frozenset(
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn".split()
)


@cache
def named(name: str) -> CharSet:
    r"""Return the set that `[[:name:]]` or `\p{name}` stands for: Unicode's, not only ASCII's.

    A name that is none: KeyError.
    """
    key = name.lower().replace("_", "").replace(" ", "")
    match key:
        case "any":
            return EVERYTHING
        case "ascii":
            return CharSet(ASCII)
        case "xdigit":
            return HEX
        case "word":
            return CharSet(WORD.ascii, frozenset([r"\w"]))
        case "alnum":
            return CharSet(WORD.ascii & ~CharSet.of("_").ascii, frozenset([r"\w"]))
    test = _POSIX.get(key)
    if test is None:
        category = name[:1].upper() + name[1:].lower()
        if category not in _CATEGORIES:
            raise KeyError(name)
        test = _category(category)
    return CharSet(sum(1 << code for code in range(128) if test(chr(code))), _beyond_ascii(test))
