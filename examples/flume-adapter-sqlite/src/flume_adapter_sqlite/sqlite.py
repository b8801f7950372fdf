"""sqlite: tables of SQLite."""

from __future__ import annotations

from flume.adapting import Adapter
from flume_adapter_sqlite.reading import ReadSqlite
from flume_adapter_sqlite.writing import WriteSqlite


class sqlite(Adapter):  # noqa: N801 - a word of the language
    """Tables of SQLite: `read('sqlite', …)`, `write('sqlite', …)`."""

    Reader = ReadSqlite
    Writer = WriteSqlite
