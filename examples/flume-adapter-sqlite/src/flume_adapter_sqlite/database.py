"""A database: how it is opened, what its tables and columns are called, and what is said where it fails."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from flume.errors import FlumeError, OptionError, SourceError

_ALIASES = ("rowid", "_rowid_", "oid")


def quoted(name: str) -> str:
    """A name as it stands in SQL, whatever is in it.

    >>> print(quoted('a "b"'))
    "a ""b\"""
    """
    return '"' + name.replace('"', '""') + '"'


def can_be_name(name: str) -> bool:
    """Whether a table or a column can be called so."""
    return bool(name) and "\0" not in name and is_text(name)


def is_text(text: str) -> bool:
    """Whether SQLite can keep it: not so a text that stands for bytes which were no UTF-8."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def check_options(word: str, file: str, table: str) -> None:
    """An `OptionError` where there can be no such file or table."""
    if not file or "\0" in file:
        raise OptionError(f"{word}: file takes the path of a database, not {file!r}")
    if not can_be_name(table):
        raise OptionError(f"{word}: table takes the name of a table, not {table!r}")
    if table.lower().startswith("sqlite_"):
        raise OptionError(f"{word}: the table {table!r} is one of SQLite's own; give the name of another")


@contextmanager
def opened(word: str, file: str, error: type[FlumeError], *, create: bool) -> Iterator[sqlite3.Connection]:
    """A connection, closed behind the block; what SQLite complains of is one line, of *word*."""
    try:
        with closing(connect(file, create=create)) as database:
            yield database
    except (sqlite3.Error, UnicodeDecodeError) as reason:
        raise said(word, file, error, reason) from reason


def connect(file: str, *, create: bool) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    uri = f"{Path(os.path.abspath(file)).as_uri()}?mode={'rwc' if create else 'ro'}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def said(word: str, file: str, error: type[FlumeError], reason: Exception) -> FlumeError:
    """The error with what SQLite says."""
    hint = ""
    if "locked" in str(reason):
        hint = "; something else reads or writes it: another program, or another step of this one"
    elif "unable to open" in str(reason) and not os.path.exists(file):
        hint = "; is the path right?"
    return error(f"{word}: the database {file!r}: {reason}{hint}")


@dataclass(frozen=True)
class Table:
    """A table: its columns, and by which name SQLite knows the number of a row; None where rows have none."""

    name: str
    columns: tuple[str, ...]
    rowid: str | None

    def column(self, name: str) -> str:
        """The value of a column, in SQL, without what its declaration would have SQLite make of what it is beside."""
        return f"+{quoted(self.name)}.{quoted(name)}"

    @classmethod
    def of(cls, database: sqlite3.Connection, name: str) -> Table | None:
        """The table of this name; None where there is none."""
        found = database.execute("SELECT type FROM sqlite_master WHERE name = ? COLLATE NOCASE", [name]).fetchone()
        columns = tuple([row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", [name])])
        if not columns:
            return None
        taken = {column.lower() for column in columns}
        free = next((alias for alias in _ALIASES if alias not in taken), None)
        has_rows = free is not None and found is not None and found[0] == "table" and _has_rowid(database, name, free)
        return cls(name, columns, free if has_rows else None)

    @classmethod
    def existing(cls, word: str, database: sqlite3.Connection, name: str) -> Table:
        """The table; a `SourceError` with close matches where there is none."""
        table = cls.of(database, name)
        if table is None:
            found = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            there = [row[0] for row in found if not row[0].startswith("sqlite_")]
            close = get_close_matches(name, there, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"there is {', '.join(map(repr, there)) or 'no table'}"
            raise SourceError(f"{word}: the database has no table {name!r}; {hint}")
        return table


def _has_rowid(database: sqlite3.Connection, name: str, alias: str) -> bool:
    """Whether rows are numbered: not in a table WITHOUT ROWID."""
    try:
        database.execute(f"SELECT {alias} FROM {quoted(name)} LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True
