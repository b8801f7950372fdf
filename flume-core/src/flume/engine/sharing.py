"""Sharing: what comes of a part of a stream, made in one process and taken over in another.

Of each part there is what the folding stage gathered, what the ledger booked, and the records that were refused.  All
that is taken over in the order of the parts, so the outcome is that of one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flume.closing import closing
from flume.engine.chain import Chain, Link
from flume.flow import Source
from flume.member import Ring
from flume.report import Account, Elsewhere
from flume.run import Run


@dataclass(slots=True)
class Outcome:
    """What a process hands over of one part."""

    gathered: Any = None  # by the folding stage
    accounts: list[Account] = field(default_factory=list)
    read: int = 0
    unseen: list[set[str]] = field(default_factory=list)  # fields that were named and not found, of each stage
    rest: Elsewhere = field(default_factory=Elsewhere)
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0  # of a processor, that it took


class Sharing:
    """The stages of *chain* up to that at *place*, which folds or is a sink, as each of the processes has them.

    *flush*: of a sink, writes what it has made of a part.
    """

    def __init__(self, link: Link, run: Run, chain: Chain, place: int, flush: Callable[[], None] | None = None) -> None:
        self.link = link
        self.run = run
        self.chain = chain
        self.last = chain.links[place]
        self.flush = flush
        self.lines: dict[str, int] = {}  # of each file, in the parts that were joined
        self._links = [link, *chain.links[: place + 1]]

    # -- in the process of a part -----------------------------------------------------------------

    def begin_anew(self) -> None:
        """Forget what came before: it is not of the parts that this process makes."""
        if not self.last.sink:
            self.last.stage.part()
        for link in self._links:
            link.account.taken_out()

    def work(
        self,
        number: int,
        parts: Iterable[Source],
        ring: Ring | None,
        send: Callable[[Outcome], None],
        go_on: Callable[[], bool],
    ) -> None:
        """Make all of *parts*, and send what comes of them; written is in turns of the *ring*, as number *number*.

        *go_on* is asked whether to, after each batch.
        """
        for part in parts:
            outcome = self._outcome(part, go_on)
            more = outcome.error is None and go_on()
            if ring is not None:
                with ring.turn(number) as turn:
                    if not turn.mine:
                        return
                    turn.more = more = self._written(outcome) and more
            send(outcome)
            if not more:
                return

    def _outcome(self, part: Source, go_on: Callable[[], bool]) -> Outcome:
        """What comes of one part."""
        outcome = Outcome()
        began = time.process_time()
        self.run.report.elsewhere = outcome.rest
        try:
            with closing(part.start(self.run)) as batches:
                for batch in batches:
                    outcome.read += self.link.read(batch)
                    self.chain.push(batch)
                    if not go_on():
                        break
        except Exception as error:
            outcome.error, outcome.notes = error, getattr(error, "__notes__", [])
        if not self.last.sink:
            outcome.gathered = self.last.stage.part()
        outcome.accounts = [link.account.taken_out() for link in self._links]
        outcome.unseen = [set(link.unseen) for link in self._links]
        outcome.seconds = time.process_time() - began
        return outcome

    def _written(self, outcome: Outcome) -> bool:
        """Write what was made of a part; whether there is any use in going on."""
        assert self.flush is not None
        try:
            with self.last.named():
                self.flush()
        except BrokenPipeError:
            return False  # nobody reads on, as with `| head`
        except Exception as error:
            outcome.error, outcome.notes = outcome.error or error, getattr(error, "__notes__", [])
            return False
        return True

    # -- in the process that takes over -----------------------------------------------------------

    def join(self, outcome: Outcome) -> None:
        """Take over what came of the next part; an error of it is raised."""
        self.run.report.read += outcome.read
        self.run.report.taken_for |= outcome.rest.taken_for
        for refused in outcome.rest.refused:
            file, line = refused.file, refused.line
            line = None if line is None else line + self.lines.get(file or "", 0)
            self.run.reject(refused.reason, file=file, line=line, raw=refused.raw, point=refused.point)
        self.run.reject_unshown(outcome.rest.unshown)
        for file, lines in outcome.rest.lines.items():
            self.lines[file] = self.lines.get(file, 0) + lines
        if outcome.error is not None:
            known = getattr(outcome.error, "__notes__", [])  # pickled with most errors, and the very same list then
            for note in [note for note in outcome.notes if note not in known]:
                outcome.error.add_note(note)
            raise outcome.error
        for link, account, unseen in zip(self._links, outcome.accounts, outcome.unseen, strict=True):
            link.account.add(account)
            link.unseen &= unseen
            link.account.unseen = link.unseen
        if not self.last.sink:
            with self.last.named():
                self.last.stage.join(outcome.gathered)
