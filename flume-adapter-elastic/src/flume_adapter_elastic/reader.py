"""Reading from Elasticsearch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flume.adapters.requesting import seconds
from flume.adapters.secrets import shown
from flume.errors import OptionError, SourceError
from flume.flow import Batch, Source
from flume.run import Run
from flume.tables import Table
from flume.value import env, field_list, thaw
from flume_adapter_elastic.names import DEFAULT, check_names, path_of
from flume_adapter_elastic.settings import NAMES, settings

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
    again.

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

    def start(self, run: Run) -> Iterator[Batch | Table]:
        from flume_adapter_elastic.connection import Connection
        from flume_adapter_elastic.following import follow
        from flume_adapter_elastic.reading import Reading

        known = settings(WORD, {name: getattr(self, name) for name in NAMES})
        connection = Connection(WORD, known, SourceError)
        try:
            reading = Reading(
                connection,
                path_of(field_list(self.index)),
                run,
                filter=self.filter,
                query=thaw(self.query),
                size=self.batch,
                columns=self.optimize != "off",
            )
            lag = timedelta(seconds=seconds(WORD, "lag", self.lag))
            yield from follow(reading, run, lag) if self.follow else reading.batches()
        finally:
            connection.close()
