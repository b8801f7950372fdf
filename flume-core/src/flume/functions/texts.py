"""Functions of text.

Regexes, globs and networks that the program gives as constants are compiled once, when the expression is read.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from flume.arithmetic import grows
from flume.functions.regexes import Regex, regex
from flume.functions.registry import built_in
from flume.point import bounded
from flume.template import plain

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network


_LONGEST_GLOB = 1_000  # characters


@lru_cache(maxsize=256)
def _wildcards(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    from fnmatch import translate

    if not isinstance(pattern, str):
        return pattern
    if len(pattern) > _LONGEST_GLOB:
        raise ValueError(f"a glob has at most {_LONGEST_GLOB:,} characters, not {len(pattern):,}")
    return re.compile(translate(pattern))


@lru_cache(maxsize=1024)
def _network(net: str | IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    from ipaddress import ip_network

    return ip_network(net, strict=False) if isinstance(net, str) else net


@lru_cache(maxsize=4096)
def _address(ip: str) -> IPv4Address | IPv6Address:
    from ipaddress import ip_address

    if not isinstance(ip, str):
        raise TypeError("an address is text")
    return ip_address(ip)


@built_in(alone=str.lower)
def lower(text: str) -> str:
    """The text in lower case.

    >>> lower('GET')
    'get'
    """
    return str.lower(text)


@built_in(alone=str.upper)
def upper(text: str) -> str:
    """The text in upper case.

    >>> upper('get')
    'GET'
    """
    return str.upper(text)


@built_in()
def strip(text: str, characters: str | None = None) -> str:
    """The text without white space (or *characters*) at its ends.

    >>> strip(' a b ')
    'a b'
    >>> strip('/a/', '/')
    'a'
    """
    return str.strip(text, characters)


@built_in()
def startswith(text: str, prefix: str) -> bool:
    """Whether the text starts so.

    >>> startswith('web-1', 'web')
    True
    """
    return str.startswith(text, prefix)


@built_in()
def endswith(text: str, suffix: str) -> bool:
    """Whether the text ends so.

    >>> endswith('a.png', '.png')
    True
    """
    return str.endswith(text, suffix)


@built_in(pattern=regex)
def matches(text: str, pattern: str | Regex) -> bool:
    """Whether all of the text matches a regex.

    >>> matches('web-1', '[a-z]+-[0-9]')
    True
    >>> matches('web-12', '[a-z]+-[0-9]')
    False
    """
    return (pattern if isinstance(pattern, Regex) else regex(pattern))(text)


@built_in(pattern=partial(regex, anywhere=True))
def search(text: str, pattern: str | Regex) -> bool:
    """Whether a regex matches anywhere in the text.

    >>> search('disk error on sda', 'err(or)?')
    True
    >>> search('fine', '^ine')
    False
    """
    return (pattern if isinstance(pattern, Regex) else regex(pattern, anywhere=True))(text)


@built_in(pattern=_wildcards)
def glob(text: str, pattern: str | re.Pattern[str]) -> bool:
    """Whether all of the text matches a pattern with `*`, `?` and `[a-z]`, as file names do; case counts.

    >>> glob('web-12', 'web*')
    True
    >>> glob('db-1', 'web*')
    False
    """
    return _wildcards(pattern).match(text) is not None


@built_in()
def replace(text: str, old: str, new: str) -> str:
    """The text with every *old* replaced by *new*; plain text, no regex.

    >>> replace('a-b-c', '-', '.')
    'a.b.c'
    """
    if len(new) > len(old):
        grows(len(text) + str.count(text, old) * (len(new) - len(old)), len(text))
    return str.replace(text, old, new)


def _separator(separator: str) -> str:
    str.split("", separator)  # which refuses what is empty, or no text
    return separator


@built_in(separator=_separator)
def split(text: str, separator: str | None = None) -> list[str]:
    """The parts of the text between separators, or between white space.

    >>> split('a,b,,c', ',')
    ['a', 'b', '', 'c']
    >>> split('  a   b ')
    ['a', 'b']
    """
    return str.split(text, separator)


@built_in()
def join(values: list[Any], separator: str = "") -> str:
    """The values of a list as one text; nulls are left out.

    >>> join(['a', 1, None, 'b'], ', ')
    'a, 1, b'
    """
    if not isinstance(values, list):
        raise TypeError("join takes a list")
    parts = [plain(value) for value in values if value is not None]
    grows(len(separator) * len(parts), len(parts))
    return separator.join(parts)


@built_in()
def md5(value: Any) -> str:
    """The MD5 hash of a text (in UTF-8), as hexadecimal digits.

    >>> md5('flume')
    'aff3d1d0ea4259ea6db50bf809f0ea29'
    """
    from hashlib import md5

    return md5(_bytes(value), usedforsecurity=False).hexdigest()


@built_in()
def sha256(value: Any) -> str:
    """The SHA-256 hash of a text (in UTF-8), as hexadecimal digits.

    >>> sha256('flume')[:16]
    'b8cf774f739110a6'
    """
    from hashlib import sha256

    return sha256(_bytes(value)).hexdigest()


@built_in(net=_network)
def cidr(ip: str, net: str | IPv4Network | IPv6Network) -> bool:
    """Whether an IP address lies in a network.

    >>> cidr('10.1.2.3', '10.0.0.0/8')
    True
    >>> cidr('::1', '10.0.0.0/8')
    False
    """
    return _address(ip) in _network(net)


@built_in()
def json(text: str) -> Any:
    """The value of a text in JSON.

    >>> json('{"a": [1, null]}')
    {'a': [1, None]}
    """
    import msgspec

    if not isinstance(text, str):
        raise TypeError("json takes text")
    return bounded(msgspec.json.decode(text))


def _bytes(value: Any) -> bytes:
    return plain(value).encode("utf-8", "surrogateescape")
