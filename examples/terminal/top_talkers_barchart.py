"""The programs that wrote most lines to a syslog."""

from pathlib import Path

from flume import *

syslog = Path(__file__).parents[1] / "grok" / "syslog"

(
    read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog), time="timestamp")
    | reduce(lines=count(), by=["program"])
    | sort("lines", order="desc")
    | barchart(category="program", value="lines", orientation="horizontal")
).execute()
