"""elastic: documents of Elasticsearch."""

from __future__ import annotations

from typing import ClassVar

from flume.adapting import Adapter
from flume_adapter_elastic.reader import ReadElastic
from flume_adapter_elastic.writer import WriteElastic


class elastic(Adapter):  # noqa: N801 - a word of the language
    """Documents of Elasticsearch: `read('elastic', …)`, `write('elastic', …)`."""

    Reader: ClassVar[type[ReadElastic]] = ReadElastic  # said to type checkers: it is there, with these options
    Writer: ClassVar[type[WriteElastic]] = WriteElastic
