"""Relative dates: moments as people tell them from now, `last friday at 2pm`, `1 hour ago`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flume.caret import quoted
from flume.duration import BEGINNING, END, Duration, duration, zone_of
from flume.errors import MomentError

_LONGEST = 100  # characters
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = r"noon|midnight|\d{1,2}(?::\d\d){1,2}(?:\s?[ap]m)?|\d{1,2}\s?[ap]m"
_AGO = r"(?P<ago>.+?)\s+ago|in\s+(?P<hence>.+)|(?P<later>.+?)\s+from\s+now"
_WORDS = (
    r"(?:(?P<word>now|today|yesterday|tomorrow|beginning|end)|(?P<which>this|last|next)\s+(?P<unit>[a-z]+))?"
    rf"(?:(?:\s+at)?\s+(?P<clock>{_CLOCK}))?"
    r"(?:\s*(?P<shift>[+-]\s*\d.*[a-z].*))?"
)


def in_words(text: str, now: datetime, zone: str) -> datetime | None:
    """Read a relative date; None if it is none."""
    if len(text) > _LONGEST or not text:
        return None
    if shift := re.fullmatch(_AGO, text, re.IGNORECASE):
        if shift["ago"]:
            return duration(shift["ago"]).after(now, -1, zone)
        return duration(shift["hence"] or shift["later"]).after(now, 1, zone)
    words = re.fullmatch(_WORDS, text, re.IGNORECASE)
    if not words:
        return None
    base = _base(words, now, zone)
    if base is None:
        return None
    moment, is_day = base
    if words["clock"]:
        if not is_day:
            raise MomentError(
                f"{quoted(text)} is no date: only a day has a time: 'today at 2pm', 'last friday at 14:00'"
            )
        moment = _at(moment, words["clock"].lower(), text, zone)
    if words["shift"]:
        moment = duration(words["shift"]).after(moment, 1, zone)
    return moment


def _base(words: re.Match[str], now: datetime, zone: str) -> tuple[datetime, bool] | None:
    """Read what is before a time of day and a shift, and tell whether it is a day."""
    day = Duration(delta=timedelta(days=1))
    today = day.floor(now, zone=zone)
    if not words["which"]:
        word = (words["word"] or "now").lower()
        if word in ("yesterday", "today", "tomorrow"):
            return day.after(today, ("yesterday", "today", "tomorrow").index(word) - 1, zone), True
        return {"now": now, "beginning": BEGINNING, "end": END}[word], False
    which, unit = words["which"].lower(), words["unit"].lower()
    for weekday, name in enumerate(_WEEKDAYS):
        if len(unit) >= 3 and name.startswith(unit):
            ahead = weekday - today.astimezone(zone_of(zone)).weekday()
            days = {"last": ahead % 7 - 7, "this": ahead, "next": (ahead - 1) % 7 + 1}[which]
            return day.after(today, days, zone), True
    try:
        span = duration(unit)
    except MomentError:
        return None
    if span.forever:
        return None
    return span.after(span.floor(now, zone=zone), ("last", "this", "next").index(which) - 1, zone), span == day


def _at(day: datetime, clock: str, text: str, zone: str) -> datetime:
    clock = {"noon": "12:00", "midnight": "0:00"}.get(clock, clock)
    figures, half = clock.rstrip("apm "), clock[-2:]
    hour, minute, second = (int(figure) for figure in f"{figures}:0:0".split(":")[:3])
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
    try:
        wall = day.astimezone(zone_of(zone)).replace(hour=hour, minute=minute, second=second)
    except (ValueError, OverflowError) as reason:
        raise _no_date(text, str(reason)) from None
    return wall.astimezone(UTC)


def _no_date(text: str, why: str) -> MomentError:
    return MomentError(f"{quoted(text)} is no date: {why}")
