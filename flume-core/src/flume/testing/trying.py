"""trying: how laws that hold for all values are tried, by hypothesis."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def tried(examples: int) -> settings:
    """The settings of a law inside a suite, tried with so many examples: whatever time it takes, and one finding shown.

    >>> tried(5).max_examples
    5
    """
    usual = settings()
    return settings(
        max_examples=examples,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in usual.phases if phase is not Phase.explain],
    )
