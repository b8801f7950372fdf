"""The five programs that wrote most lines to a syslog."""

from pathlib import Path

from flume import *

syslog = Path(__file__).with_name("syslog")

(
    read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog), time="timestamp")
    | reduce(count=count(), by=["program"])
    | sort("count", order="desc")
    | head(5)
    | write("stdio")
).execute()
