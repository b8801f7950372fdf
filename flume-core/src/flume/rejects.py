"""The file that keeps what could not be taken: one JSON object a record, with its place and its reason."""

from __future__ import annotations

import os
import threading
from io import FileIO
from types import TracebackType
from typing import Any, Self

from flume.errors import SinkError


class RejectFile:
    """Appends rejected records to *path*; made when the first one comes.

    A run starts the file anew.  Text that was no UTF-8 keeps its bytes.  Several threads may write.

    Raises `SinkError` where the file cannot be written; one whose folder is not there, before anything is read.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._file: FileIO | None = None
        self._lock = threading.Lock()
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            raise SinkError(f"cannot write rejects={path!r}: there is no directory {folder!r}")
        if os.path.isdir(path):
            raise SinkError(f"cannot write rejects={path!r}: is a directory")

    def write(self, record: dict[str, Any]) -> None:
        """Add one record: `file`, `line`, `reason`, `raw`, `point`, as far as known."""
        from flume.parsers.json_encoding import encode, shown

        data = encode({name: value for name, value in record.items() if name != "point"})
        if "point" in record:
            data = data[:-1] + b', "point": ' + shown(record["point"]) + b"}"
        data += b"\n"
        try:
            with self._lock:
                if self._file is None:
                    self._file = FileIO(self.path, "wb")
                while data:  # unbuffered: what could not be written is not tried again when the file is closed
                    data = data[self._file.write(data) :]
        except OSError as error:
            raise SinkError(f"cannot write rejects={self.path!r}: {(error.strerror or str(error)).lower()}") from error

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
