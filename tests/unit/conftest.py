"""How all tests are run."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import given, settings

settings.register_profile("flume", deadline=None)  # no test is a matter of time: machines are shared
settings.load_profile("flume")

FOLLOWED = 10
"""How many examples of a law coverage follows: it makes each twice as slow, and the later ones reach few new lines."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Where coverage is measured, let it follow only the first examples of each law; all of them are tried."""
    tracer = threading.gettrace()
    if tracer is None or not type(getattr(tracer, "__self__", None)).__module__.startswith("coverage."):
        return (yield)
    from flume.testing import generating

    def follow(tracer: Any) -> None:
        """Have the frames from here on followed, by a tracer that knows nothing of those it did not see, or by none."""
        threading.settrace(tracer)
        sys.settrace(tracer)

    def seldom_followed(law: Callable[..., Any]) -> Callable[..., Any]:
        count = 0

        @functools.wraps(law)
        def tried(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == 1 and sys.gettrace() is None:
                follow(tracer)
            elif count == FOLLOWED + 1:
                follow(None)
            return law(*args, **kwargs)

        return tried

    with pytest.MonkeyPatch.context() as patch:
        if law := getattr(getattr(item, "function", None), "hypothesis", None):
            patch.setattr(law, "inner_test", seldom_followed(law.inner_test))
        patch.setattr(generating, "given", lambda **drawn: lambda law: given(**drawn)(seldom_followed(law)))
        try:
            return (yield)
        finally:
            if sys.gettrace() is None:
                follow(tracer)
