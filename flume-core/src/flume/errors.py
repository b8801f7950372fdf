"""Everything that flume raises.

    FlumeError                  the run or the program cannot go on
    ├── UsageError              the program is wrong: found before anything runs
    │   ├── OptionError         an option's name or value (also a TypeError or ValueError)
    │   ├── UnknownName         a word that nobody offers
    │   ├── NameConflict        a word that two plugins offer
    │   ├── ExpressionError     an expression that does not parse or is not allowed
    │   └── MomentError         text that is no date or no duration (also a ValueError)
    ├── RecordError             a bad record, where errors='raise'
    ├── SourceError             a source cannot be read
    ├── SinkError               a sink cannot be written
    ├── LimitError              a bound that the program set was passed
    └── PluginError             a plugin that does not load, where FLUME_STRICT=1

The message says what was asked, what was found and what to do.  The engine adds
the step as a note (`in step 3: sort('count')`) and keeps the type.
"""

from __future__ import annotations


class FlumeError(Exception):
    """What flume was asked for cannot be done."""

    status = 1  # the exit status on the command line


class UsageError(FlumeError):
    """The program is wrong; nothing was run."""

    status = 2


class OptionError(UsageError, TypeError, ValueError):
    """An option that does not exist or has a value it cannot have."""


class UnknownName(UsageError):
    """A word that neither core nor a plugin offers."""


class NameConflict(UsageError):
    """A word that more than one plugin offers."""


class ExpressionError(UsageError):
    """An expression that cannot be read, or uses what is not allowed."""


class MomentError(UsageError, ValueError):
    """Text that is no date, or no duration."""


class RecordError(FlumeError):
    """A record that could not be taken, where `errors='raise'`."""


class SourceError(FlumeError):
    """A source that cannot be read."""


class SinkError(FlumeError):
    """A sink that cannot be written."""


class LimitError(FlumeError):
    """A bound that the program set was passed."""


class PluginError(FlumeError):
    """A plugin that cannot be loaded."""


def in_one_line(error: BaseException) -> str:
    """An error as one line of printable text.

    >>> in_one_line(ImportError('no luck'))
    'ImportError: no luck'
    """
    try:
        text = " ".join(str(error).split())
    except Exception:  # it is a stranger's
        text = ""
    text = "".join(character if character.isprintable() else "�" for character in text)
    if isinstance(error, PluginError):  # flume's own words
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
