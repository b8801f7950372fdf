"""What the proofs of the suites share: `broken_laws(suite)` tries all laws of a suite and says which are broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest import SkipTest

import pytest
from hypothesis import settings

from flume.testing.values import ValueSuite

settings.register_profile("same draws", settings.get_profile("flume"), derandomize=True)

Broken = Callable[[ValueSuite], dict[str, str]]


def laws_of(suite: type[ValueSuite]) -> set[str]:
    """The names of all laws."""
    return {name for name in dir(suite) if name.startswith("test_")}


@pytest.fixture
def same_draws() -> Iterator[None]:
    """The same points are drawn in every run: whether a spoilt word is found is no matter of luck."""
    settings.load_profile("same draws")
    yield
    settings.load_profile("flume")


@pytest.fixture(scope="session")
def broken_laws() -> Broken:
    """The laws that are broken, and what is said of each."""

    def broken(suite: ValueSuite) -> dict[str, str]:
        found = {}
        for law in sorted(laws_of(type(suite))):
            try:
                getattr(suite, law)()
            except SkipTest:
                pass
            except AssertionError as error:
                found[law] = str(error)
        return found

    return broken


@pytest.fixture(scope="session")
def all_laws() -> Callable[[type[ValueSuite]], set[str]]:
    """The names of all laws of a suite."""
    return laws_of
