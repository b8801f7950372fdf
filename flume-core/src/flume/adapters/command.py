"""command: the output of a program."""

from __future__ import annotations

from flume.adapters.command_read import ReadCommand
from flume.adapting import Adapter


class command(Adapter):
    """Read what a program prints: `read('command', run=['journalctl', '-f', '-o', 'json'])`."""

    Reader = ReadCommand
