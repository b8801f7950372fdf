"""The report of a run."""

from __future__ import annotations

from collections import Counter

from flume.report import Account, Report


def test_causes_are_in_order_whatever_was_booked_first() -> None:
    """Which comes first depends on how the input was cut."""
    report = Report(accounts=[Account("reduce()", points_in=3, taken=Counter({"timeless": 1, "merged": 2}))])
    assert list(report.as_dict()["steps"][0]["taken"]) == ["merged", "timeless"]
    assert "merged 2, timeless 1" in str(report)


def test_names_are_counted_in_as_many_points_whoever_looked_at_them() -> None:
    """A part of the stream may have few."""
    account = Account("filter('stauts')", looked=2, fields=Counter({"a": 2}))
    account.add(Account("filter('stauts')", looked=3, fields=Counter({"b": 3, "a": 1})))
    assert (account.looked, dict(account.fields)) == (5, {"a": 3, "b": 3})
