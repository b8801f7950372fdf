"""table: shows points in aligned columns."""

from __future__ import annotations

from collections.abc import Sequence

from flume.files import Written
from flume.flow import Sink, Stage
from flume.run import Run
from flume.value import Fields


class table(Sink):
    """Show the points as a table, on standard output or in *file*: `write('stdio', format='table')` as a word.

    *columns*: the fields that are shown, in this order; *limit*: rows that are shown; *cell*: columns that a cell may
    take; *border*: draw lines around the cells.  On a terminal, where points come live, the last of them are shown all
    the time.

    >>> from flume import emit, table
    >>> report = (emit(points=[{'n': 1, 'name': 'a'}]) | table()).execute()
    name  n
    ----  -
    a     1

    Only some of the fields, in an order of one's own, and no more than so many rows:

    >>> points = emit(points=[{'id': n, 'user': {'name': f'u{n}'}, 'note': 'x' * 99} for n in range(5)])
    >>> report = (points | table(columns=['user.name', 'id', 'note'], limit=2, cell=12)).execute()
    user.name  id  note
    ---------  --  ------------
    u0          0  xxxxxxxxxxx…
    u1          1  xxxxxxxxxxx…
    … and 3 more
    """

    columns: Fields = None
    limit: int = 1000
    cell: int = 60
    border: bool = False
    file: str | None = None

    def check(self) -> None:
        self._sink()

    def writes_files(self) -> Sequence[Written]:
        return self._sink().writes_files()

    def start(self, run: Run) -> Stage:
        return self._sink().start(run)

    def _sink(self) -> Sink:
        from flume.adapters.file_write import WriteStdio

        return WriteStdio(
            self.file,
            "table",
            columns=self.columns,
            limit=self.limit,
            cell=self.cell,
            border=self.border,
        )
