"""Time zones: finding one by its name, and what its clock shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache

from flume.caret import quoted
from flume.errors import MomentError

_LONGEST_NAME = 60  # characters, to look for close ones
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Find a time zone by its IANA name.

    :raises MomentError: there is none of that name.

    >>> zone_of('UTC') is UTC
    True
    """
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # slow to import, and most data is in UTC

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError):
        raise MomentError(_no_zone(name)) from None


@lru_cache(maxsize=64)
def _no_zone(name: object) -> str:
    """What is said of a name that is no zone's, with the one that may be meant: a city's is enough."""
    from difflib import get_close_matches

    known = _zones()
    if not known:
        return f"zone={name!r}: this machine knows no time zones; pip install tzdata, or use 'UTC'"
    asked = str(name).lower().replace(" ", "_")[:_LONGEST_NAME]
    cities = {zone.rpartition("/")[2]: zone for zone in known if "/" in zone}
    close = get_close_matches(asked, known, 1, 0.8)
    if not close and "/" not in asked:
        close = [cities[city] for city in get_close_matches(asked, cities, 1, 0.8)]
    # GMT+2 is close to GMT+1, and not what is meant
    meant = bool(close) and not re.search(r"\d", asked)
    hint = f"did you mean {known[close[0]]!r}?" if meant else "use a name such as 'Europe/Berlin', or 'UTC'"
    shown = quoted(name[:_LONGEST_NAME]) if isinstance(name, str) else repr(name)
    return f"zone={shown} is not known: {hint}"


@cache
def _zones() -> dict[str, str]:
    """The names of all zones, by how they are written in lower case."""
    from zoneinfo import available_timezones

    return {name.lower(): name for name in sorted(available_timezones())}


def wall(moment: datetime, zone: str) -> datetime:
    """Give the moment on the zone's clock; in the first and last hours of all time, where it may have none, in UTC."""
    try:
        return moment.astimezone(zone_of(zone))
    except OverflowError:
        return moment


def skipped_midnight(anchor: datetime, shown: datetime) -> datetime | None:
    """The midnight in place of which the zone's clock, gone forward at *anchor*, has *shown* another time."""
    if not (shown.hour or shown.minute) or anchor.year == 1:
        return None
    before = (anchor - _MICROSECOND).astimezone(shown.tzinfo) + _MICROSECOND
    return before if before.date() == shown.date() and not (before.hour or before.minute) else None
