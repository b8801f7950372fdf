"""The patterns that have names: flume's own, pygrok's, and those of the user's files."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from flume.errors import OptionError

_OWN = Path(__file__).parent / "patterns"


@cache
def stock(name: str = "flume", ecs: bool = False) -> Mapping[str, str]:
    """Return the patterns that come with flume, or those that come with pygrok.

    *ecs*: flume's patterns with the field names of the Elastic Common Schema (`[source][address]`, not `clientip`).
    Raises OptionError for another name, for pygrok's where pygrok is not installed, and for pygrok's with *ecs*.

    >>> stock()["USER"]
    '%{USERNAME}'
    """
    if name == "flume":
        return MappingProxyType(read_patterns(_OWN) | read_patterns(_OWN / ("ecs" if ecs else "legacy")))
    if name != "pygrok":
        raise OptionError(f"patterns={name!r}: there are 'flume' and 'pygrok'")
    if ecs:
        raise OptionError("patterns='pygrok' has no names of the Elastic Common Schema: leave out ecs=True")
    found = importlib.util.find_spec("pygrok")
    if found is None or found.origin is None:
        raise OptionError("patterns='pygrok' needs the package pygrok: pip install pygrok")
    return MappingProxyType(read_patterns(Path(found.origin).parent / "patterns"))


def read_patterns(path: str | Path) -> dict[str, str]:
    """Read a pattern file, or all the files right in a directory in the order of their names.

    A line is a name, blanks and a pattern; blanks at its end do not count.  `#` begins a line of comment, and a
    line of a single word is skipped, too.  Of a name that comes twice the later one holds.

    Raises OptionError where *path* cannot be read.
    """
    place = Path(path)
    patterns: dict[str, str] = {}
    try:
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        for file in files:
            if place.is_dir() and (not file.is_file() or file.name.startswith(".")):
                continue
            for line in file.read_text(encoding="utf-8").split("\n"):
                parts = line.strip().split(None, 1)
                if len(parts) == 2 and not line.lstrip().startswith("#"):
                    patterns[parts[0]] = parts[1]
    except OSError as problem:
        raise OptionError(f"patterns_dir={str(path)!r} cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise OptionError(f"patterns_dir={str(path)!r} cannot be read: a file in it is not UTF-8 text") from None
    return patterns
