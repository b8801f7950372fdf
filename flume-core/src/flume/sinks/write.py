"""write: points to an adapter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flume.adapters.secrets import shown
from flume.adapting import make_end
from flume.errors import OptionError
from flume.files import Written
from flume.flow import Sink, Stage
from flume.run import Run
from flume.value import thaw


class write(Sink):
    """Write the points to *adapter* (`'stdio'`, `'http'`, a plugin's); *options* are the adapter's.

    A name or an option that is not known is an error before anything runs.

    >>> from flume import emit, read
    >>> points = emit(points=[{'host': 'a', 'ms': 3}, {'host': 'b', 'ms': 5}])
    >>> report = (points | write('stdio', format='csv')).execute()
    host,ms
    a,3
    b,5

    A compressed file, which has its name once it is whole:

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     report = (points | write('stdio', file=f'{folder}/hosts.jsonl.gz')).execute()
    ...     list(read('stdio', file=f'{folder}/hosts.jsonl.gz'))
    [{'host': 'a', 'ms': 3}, {'host': 'b', 'ms': 5}]
    """

    adapter: str
    options: tuple[tuple[str, object], ...]

    def __init__(self, adapter: str, **options: Any) -> None:
        self._set(adapter=adapter, options=tuple(options.items()))

    def check(self) -> None:
        self._sink()

    def writes_files(self) -> Sequence[Written]:
        return self._sink().writes_files()

    def names(self) -> frozenset[str]:
        return self._sink().names()

    def line_format(self) -> str | None:
        return self._sink().line_format()

    def extended_format(self) -> str | None:
        return self._sink().extended_format()

    def takes_spelt_times(self) -> bool:
        return self._sink().takes_spelt_times()

    def splits(self) -> bool:
        return self._sink().splits()

    def takes_tables(self) -> bool:
        return self.line_format() is not None or self.extended_format() is not None

    def start(self, run: Run) -> Stage:
        return self._sink().start(run)

    def __repr__(self) -> str:
        return shown(self)

    def _sink(self) -> Sink:
        from flume import registry

        writer = registry.default().find("adapter", self.adapter).Writer
        if writer is None:
            raise OptionError(f"the adapter {self.adapter!r} can be read from, not written to")
        sink: Sink = make_end(write, self.adapter, writer, {name: thaw(value) for name, value in self.options})
        return sink
