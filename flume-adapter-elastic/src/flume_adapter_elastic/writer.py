"""Writing to Elasticsearch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from flume.adapters.secrets import shown
from flume.errors import OptionError
from flume.flow import Sink, Stage
from flume.run import Run
from flume.value import check_fields, env, field_list
from flume_adapter_elastic.names import DEFAULT, check_names

WORD = "write('elastic')"

_MOST = 10_000


class WriteElastic(Sink):
    """Write the points as documents of an index.

    *index*: its name, or a template by the time of each point (`'logs-%Y.%m.%d'`).  One that is not there is made.
    *id*: the field, or the fields, that name a document: what is there under the same id stays as it is, so that
    writing again changes nothing.  Text of one field is the id, anything else is hashed.  Without it each document gets
    an id of its own.
    *url*, *hosts*: the server, or several of one cluster.
    *batch*: how many points are sent at once; else as many as are five megabytes, at most 10,000.
    *refresh*: whether the documents can be found as soon as the run has ended.
    *api_key*, *user*, *password*: whom to write as.  *ca_certs*: a file of certificates to trust; *verify*: whether the
    server's is looked at.  *timeout*: how long an answer may take; *retries*: how often what was lost, or not taken
    for the moment, is sent again, with pauses that grow to ten seconds; it is counted anew when some of it was taken.

    A point that the server refuses, or that is too large for it, is a rejected record.  Each point is written once,
    also where an answer was lost.  Values may be `env('NAME')`.

    >>> WriteElastic('logs-%Y.%m.%d', id=['host', 'time'])
    WriteElastic('logs-%Y.%m.%d', ['host', 'time'])
    """

    index: str
    id: Any
    url: Any
    hosts: Any
    batch: int | None
    refresh: bool
    api_key: Any
    user: Any
    password: Any
    ca_certs: Any
    verify: bool | None
    timeout: Any
    retries: int | None

    def __init__(
        self,
        index: str = DEFAULT,
        id: str | Sequence[str] | None = None,
        url: str | env | None = None,
        hosts: Sequence[str | env] | None = None,
        batch: int | None = None,
        refresh: bool = True,
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
            id=id,
            url=url,
            hosts=hosts,
            batch=batch,
            refresh=refresh,
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
        check_names(WORD, [self.index], writing=True)
        check_fields(type(self), "id", self.id)
        if self.id is not None and not field_list(self.id):
            raise OptionError(f"{WORD}: id takes a field or a list of them, and there is none in it")
        if self.batch is not None and not 1 <= self.batch <= _MOST:
            raise OptionError(f"{WORD}: batch takes 1 to {_MOST:,} points, not {self.batch}")

    def names(self) -> frozenset[str]:
        return frozenset(field_list(self.id))

    def start(self, run: Run) -> Stage:
        from flume_adapter_elastic.writing import Writing

        return Writing(self, run)
