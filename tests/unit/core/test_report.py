"""The report of a run."""

from __future__ import annotations

from collections import Counter

from flume.report import Account, Report


def test_causes_are_in_order_whatever_was_booked_first() -> None:
    """Which comes first depends on how the input was cut."""
    report = Report(accounts=[Account("reduce()", points_in=3, taken=Counter({"timeless": 1, "merged": 2}))])
    assert list(report.as_dict()["steps"][0]["taken"]) == ["merged", "timeless"]
    assert "merged 2, timeless 1" in str(report)
