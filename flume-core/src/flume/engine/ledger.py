"""What is said once a run has ended: fields that no point had, values of no use, sums that do not add up."""

from __future__ import annotations

from flume.report import Account
from flume.run import SHOWN, Run


def conclude(run: Run) -> None:
    """Say it on the logger `flume`."""
    report = run.report
    for account in report.accounts:
        for field in sorted(account.unseen if account.points_in else ()):
            run.warn(_missing(field, account))
        for what, (count, example) in account.clashes.items():
            run.warn(f"{account.step}: {count:,} {'point' if count == 1 else 'points'} {what} (first: {example})")
    if report.rejected > SHOWN:
        run.warn(
            f"{report.rejected:,} records were rejected, the first {SHOWN} are shown above; "
            "rejects='bad.jsonl' keeps them all"
        )
    if late := report.late:
        run.warn(f"{late:,} late {'point was' if late == 1 else 'points were'} in no window")
    if not report.adds_up and not report.interrupted:
        steps = "; ".join(
            f"{a.step}: {a.points_in} in + {a.made} made, {a.points_out} out + {a.taken.total()} taken"
            for a in report.accounts
            if not a.adds_up
        )
        run.warn(f"the ledger does not add up, please report this: {steps}")


def _missing(field: str, account: Account) -> str:
    from difflib import get_close_matches

    close = get_close_matches(field, [name for name in account.fields if name != field], 1)
    hint = ""
    if close:
        count, looked = account.fields[close[0]], account.looked
        everywhere = count == looked == account.points_in
        hint = f"; {close[0]!r} was in {'all of them' if everywhere else f'{count:,} of the first {looked:,}'}"
    return f"{account.step}: {field!r} was in none of {account.points_in:,} points{hint}"
