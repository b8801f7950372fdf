"""stdio: files, standard input and standard output."""

from __future__ import annotations

from flume.adapters.file_read import ReadStdio
from flume.adapters.file_write import WriteStdio
from flume.adapting import Adapter


class stdio(Adapter):
    """Read from and write to files and the standard streams: `read('stdio', file=…)`, `write('stdio', file=…)`."""

    Reader = ReadStdio
    Writer = WriteStdio
