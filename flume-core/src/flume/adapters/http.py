"""http: points from and to web servers."""

from __future__ import annotations

from flume.adapters.http_read import ReadHttp
from flume.adapters.http_write import WriteHttp
from flume.adapting import Adapter


class http(Adapter):
    """Read from and write to web servers: `read('http', url=…)`, `write('http', url=…)`."""

    Reader = ReadHttp
    Writer = WriteHttp
