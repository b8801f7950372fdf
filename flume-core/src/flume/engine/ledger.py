"""What is said once a run has ended: fields that no point had, values of no use, sums that do not add up."""

from __future__ import annotations

from flume.caret import quoted
from flume.report import Account, taken_for
from flume.run import SHOWN, Run

NAMED = 8  # names of fields that are listed


def conclude(run: Run) -> None:
    """Say it on the logger `flume`."""
    report = run.report
    for account in report.accounts:
        seen = account.points_in or (account.made if account.looked else 0)  # a source has only made them
        for field in sorted(account.unseen if seen else ()):
            run.warn(_missing(field, account))
        for what, (count, example) in account.clashes.items():
            run.warn(f"{account.step}: {count:,} {'point' if count == 1 else 'points'} {what} (first: {example})")
    if report.rejected > SHOWN:
        run.warn(
            f"{report.rejected:,} records were rejected, the first {SHOWN} are shown above; "
            "rejects='bad.jsonl' keeps them all"
        )
    if report.doubtful is not None and report.rejected:
        run.warn(f"{report.doubtful} {taken_for(report.taken_for[report.doubtful])}")
    if late := report.late:
        run.warn(f"{late:,} late {'point was' if late == 1 else 'points were'} left out")
    if not report.adds_up and not report.interrupted:
        steps = "; ".join(
            f"{a.step}: {a.points_in} in + {a.made} made, {a.points_out} out + {a.taken.total()} taken"
            for a in report.accounts
            if not a.adds_up
        )
        run.warn(f"the ledger does not add up, please report this: {steps}")


def _missing(field: str, account: Account) -> str:
    from difflib import get_close_matches

    from flume.functions import table

    points = account.points_in or account.made  # a source's own
    close = get_close_matches(field, [name for name in account.fields if name != field], 1)
    hint = ""
    if close:
        count, looked = account.fields[close[0]], account.looked
        everywhere = count == looked == points
        hint = f"; {close[0]!r} was in {'all of them' if everywhere else f'{count:,} of the first {looked:,}'}"
    elif account.step.startswith(("filter(", "put(")) and field in table():
        hint = f"; {field}() is a function"
    elif not account.points_in:
        hint = f"; they have {', '.join(map(quoted, list(account.fields)[:NAMED]))}" if account.fields else ""
        hint += ", …" if len(account.fields) > NAMED else ""
    untimed = "" if account.points_in else ", so none has a time"
    return f"{account.step}: {field!r} was in none of {points:,} point{'s'[: points > 1]}{untimed}{hint}"
