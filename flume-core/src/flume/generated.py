"""Generated: functions made of source that flume has written for a step.

Names and texts of the program come into source only through `repr`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any


def function(name: str, source: str, names: Mapping[str, Any]) -> Callable[..., Any]:
    """The function of this name that *source* defines; there are *names* for it, and no others.

    >>> function('double', 'def double(x): return times(x, 2)', {'times': lambda x, y: x * y})(4)
    8
    """
    scope = {"__builtins__": {}, **names}
    exec(_code(source), scope)
    return scope[name]  # type: ignore[no-any-return]


@lru_cache(maxsize=512)
def _code(source: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of comparisons that the user wrote: 1 is None
        return compile(source, "<generated>", "exec")
