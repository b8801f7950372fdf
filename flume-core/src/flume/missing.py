"""Missing: fields that the user named and that no point has."""

from __future__ import annotations

from collections.abc import Sequence

from flume.point import MISSING, find
from flume.report import SAMPLE, Account, Point
from flume.tables import Table


def look(batch: Sequence[Point], account: Account) -> None:
    """Cross off those of `account.unseen` that are there; while some are not, remember the names of others for a hint.

    >>> account = Account("filter('stauts > 1')", unseen={'stauts'})
    >>> look([{'status': 1}], account)
    >>> account.unseen, dict(account.fields)
    ({'stauts'}, {'status': 1})
    """
    for field in list(account.unseen):
        if any(find(point, field) is not MISSING for point in batch):
            account.unseen.discard(field)
    if account.unseen and account.looked < SAMPLE:
        some = batch[: SAMPLE - account.looked]
        account.looked += len(some)
        holders = {field.rpartition(".")[0] for field in account.unseen if "." in field}
        for point in some:
            account.fields.update(point.keys())
            for holder in holders:
                inside = find(point, holder)
                if isinstance(inside, dict):
                    account.fields.update(f"{holder}.{name}" for name in inside)


def look_at_table(table: Table, account: Account) -> None:
    """The same for a table: its points are only read the plain way while a field is not in its columns."""
    for field in sorted(account.unseen):
        if any(value is not None for value in table.column(field)):
            account.unseen.discard(field)
    if not account.unseen:
        return
    # null and missing are the same in a column
    if account.looked < SAMPLE or any(map(table.mentions, account.unseen)):
        look(table.plain(), account)
