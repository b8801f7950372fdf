"""The file that keeps what could not be taken: one JSON object a record, with its place and its reason."""

from __future__ import annotations

from types import TracebackType
from typing import Any, BinaryIO, Self


class RejectFile:
    """Appends rejected records to *path*; made when the first one comes.

    A run starts the file anew.  Text that was no UTF-8 keeps its bytes.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: BinaryIO | None = None

    def write(self, record: dict[str, Any]) -> None:
        """Add one record: `file`, `line`, `reason`, `raw`, `point`, as far as known."""
        from flume.parsers.jsonl import encode

        if self._file is None:
            self._file = open(self.path, "wb")  # noqa: SIM115 - closed by close()
        self._file.write(encode(record) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file; nothing where there was no record."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
