"""Patience: for how long a server that has gone is waited for."""

from __future__ import annotations

import random

from flume_adapter_elastic.settings import Settings

RETRIES = 8
"""Attempts beyond the first where nothing else is said: a server that is started again has half a minute."""

AT_ONCE = 3
"""How many of them come without a pause, which helps where only a connection was lost."""

_FIRST, _LONGEST = 0.25, 10.0  # seconds


def attempts(settings: Settings, given: int | None) -> int:
    """How often what failed is tried again; *given*: the option `retries`, None where it was left out."""
    return max(settings.retries, RETRIES) if given is None else given


def pause(attempt: int) -> float:
    """Seconds before the next attempt, of which the first has the number 0; not the same for all who wait."""
    return min(_FIRST * 2.0**attempt, _LONGEST) * random.uniform(0.5, 1.0)
