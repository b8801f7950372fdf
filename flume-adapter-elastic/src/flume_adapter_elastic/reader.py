"""Reading from Elasticsearch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flume.adapters.requesting import seconds
from flume.adapters.secrets import shown
from flume.errors import OptionError, SourceError
from flume.flow import Batch, Source, Step
from flume.run import Run
from flume.tables import Table
from flume.value import env, field_list, thaw
from flume_adapter_elastic.names import DEFAULT, check_names, path_of
from flume_adapter_elastic.settings import NAMES, settings

if TYPE_CHECKING:
    from flume_adapter_elastic.connection import Connection

WORD = "read('elastic')"

_MOST = 10_000  # documents of a page: more is refused by the server unless it is told otherwise
_OPTIMIZE = ("exact", "approx", "off")


class ReadElastic(Source):
    """Read the documents of indices, in order of time.

    *index*: a name, a pattern (`'logs-*'`), a list of them, or a template by time (`'logs-%Y.%m.%d'`).
    *url*, *hosts*: the server, or several of one cluster.
    *filter*: a query string (`'status:500 AND host:web*'`); *query*: a query in Elasticsearch's own language, a dict.
    Only what both find is read.
    *follow*: after what is there, go on with what comes, each document *lag* after its time.
    *batch*: how many documents are asked for at once.
    *optimize*: `'exact'` has the server do steps where its answer is exactly that of flume, `'approx'` also where it is
    nearly, `'off'` never.
    *api_key*, *user*, *password*: whom to read as.  *ca_certs*: a file of certificates to trust; *verify*: whether the
    server's is looked at.  *timeout*: how long an answer may take; *retries*: how often a lost connection is tried
    again; with *follow*, in vain and with pauses that grow to ten seconds.

    The server counts for `reduce` (count, first, last, minimum and maximum; sum and avg of whole numbers; by text,
    whole numbers, true and false; in windows of fixed length) and chooses for `filter`, `tail`, and `sort` with `head`,
    of documents that flume wrote and that hold what the mapping says; all others are read.  `flume explain` shows the
    query.

    All that is read is of one state of the indices, whatever is written meanwhile; where the server has not all of it,
    that is an error, never less data.  Values may be `env('NAME')`.

    >>> ReadElastic('logs-*', filter='status:500')
    ReadElastic('logs-*', filter='status:500')
    """

    index: Any
    url: Any
    hosts: Any
    filter: str | None
    query: Any
    follow: bool
    batch: int
    optimize: str
    lag: Any
    api_key: Any
    user: Any
    password: Any
    ca_certs: Any
    verify: bool | None
    timeout: Any
    retries: int | None

    def __init__(
        self,
        index: str | Sequence[str] = DEFAULT,
        url: str | env | None = None,
        hosts: Sequence[str | env] | None = None,
        filter: str | None = None,
        query: Mapping[str, Any] | None = None,
        follow: bool = False,
        batch: int = 10_000,
        optimize: str = "exact",
        lag: str | float = "1s",
        api_key: str | env | None = None,
        user: str | env | None = None,
        password: str | env | None = None,
        ca_certs: str | os.PathLike[str] | None = None,
        verify: bool | None = None,
        timeout: str | float | None = None,
        retries: int | None = None,
    ) -> None:
        self._set(
            index=index,
            url=url,
            hosts=hosts,
            filter=filter,
            query=query,
            follow=follow,
            batch=batch,
            optimize=optimize,
            lag=lag,
            api_key=api_key,
            user=user,
            password=password,
            ca_certs=ca_certs,
            verify=verify,
            timeout=timeout,
            retries=retries,
        )

    def __repr__(self) -> str:
        return shown(self)

    def check(self) -> None:
        check_names(WORD, field_list(self.index), writing=False)
        if self.batch < 1 or self.batch > _MOST:
            raise OptionError(f"{WORD}: batch takes 1 to {_MOST:,} documents, not {self.batch}")
        if self.optimize not in _OPTIMIZE:
            raise OptionError(f"{WORD}: optimize takes 'exact', 'approx' or 'off', not {self.optimize!r}")
        if self.query is not None and not isinstance(self.query, Mapping):
            advice = "text goes into filter="
            raise OptionError(f"{WORD}: query takes a dict in Elasticsearch's language, not {self.query!r}; {advice}")
        if self.follow:
            seconds(WORD, "lag", self.lag)

    def live(self, now: datetime) -> bool:
        return self.follow

    def ordered(self, before: bool = False) -> bool:
        return not self.follow  # what comes late is given late

    def makes(self) -> frozenset[str] | None:
        return frozenset()

    def absorb(self, step: Step) -> Source | None:
        if self.optimize == "off":
            return None
        from flume_adapter_elastic.pushed import absorbed

        return absorbed(self, (), step)

    @property
    def path(self) -> str:
        """The names of the indices as they stand in a path."""
        return path_of(field_list(self.index))

    def connect(self) -> Connection:
        """A way to the server, which is to be closed."""
        from flume_adapter_elastic.connection import Connection, Unavailable

        known = settings(WORD, {name: getattr(self, name) for name in NAMES})
        return Connection(WORD, known, SourceError, Unavailable)

    def filters(self) -> list[dict[str, Any]]:
        """What the documents that are read are found by."""
        filters = [] if self.filter is None else [{"query_string": {"query": self.filter}}]
        return filters if self.query is None else [*filters, thaw(self.query)]

    def start(self, run: Run) -> Iterator[Batch | Table]:
        return self.batches(run, lambda connection: None)

    def batches(self, run: Run, narrowed: Callable[[Connection], dict[str, Any] | None]) -> Iterator[Batch | Table]:
        """What is read; *narrowed* gives what else documents are found by."""
        from flume_adapter_elastic.following import Following
        from flume_adapter_elastic.patience import AT_ONCE, attempts
        from flume_adapter_elastic.reading import Reading

        connection = self.connect()
        try:
            more = narrowed(connection)
            filters = [*self.filters(), *([] if more is None else [more])]
            columns = self.optimize != "off"
            reading = Reading(connection, self.path, run, filters=filters, size=self.batch, columns=columns)
            if not self.follow:
                yield from reading.batches()
                return
            known = connection.settings
            connection.settings = replace(known, retries=min(known.retries, AT_ONCE))  # others come with pauses
            lag = timedelta(seconds=seconds(WORD, "lag", self.lag))
            yield from Following(reading, run, lag, attempts(known, self.retries)).batches()
        finally:
            connection.close()
