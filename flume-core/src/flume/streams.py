"""Streams: lines that come one after the other, so that it is not known where they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flume.flow import Source


@dataclass(slots=True)
class Stream:
    """The blocks of one input, each of whole lines that stand for themselves, as a source gives them.

    *file*: what it is called; *part*: makes a source of some of the blocks, whose first line has the number *first*.
    """

    file: str
    blocks: Iterator[bytes]
    part: Callable[[Iterator[bytes], Stream], Source]
    first: int = 1
    splits: Callable[[], bool] = lambda: True
    """Whether its lines do stand for themselves, asked when the first block has come."""
