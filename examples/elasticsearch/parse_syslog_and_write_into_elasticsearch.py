"""The lines of a syslog as documents of Elasticsearch, at http://localhost:9200 unless it is told otherwise."""

from pathlib import Path

from flume import *

syslog = Path(__file__).parents[1] / "grok" / "syslog"

(read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog)) | write("elastic")).execute()
