"""A syslog, line by line into Elasticsearch: afterwards it can be asked for there.

flume "read('elastic') | reduce(count=count()) | write('stdio')"
"""

from pathlib import Path

from flume import *

syslog = Path(__file__).parents[1] / "grok" / "syslog"

(read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog)) | write("elastic")).execute()
