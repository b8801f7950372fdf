"""The programs that wrote most lines to a syslog, as a page."""

import sys
from pathlib import Path

from flume import *

file = sys.argv[1] if len(sys.argv) > 1 else "top_talkers_barchart.html"

syslog = Path(__file__).parents[2] / "grok" / "syslog"

(
    read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog), time="timestamp")
    | reduce(lines=count(), by=["program"])
    | sort("lines", order="desc")
    | barchart("pygal", category="program", value="lines", orientation="horizontal", file=file)
).execute()
print(f"the picture is in {file}", file=sys.stderr)
