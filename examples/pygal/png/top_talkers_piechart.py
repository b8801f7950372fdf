"""The programs that wrote most lines to a syslog, as a PNG."""

import sys
from pathlib import Path

from flume import *

file = sys.argv[1] if len(sys.argv) > 1 else "top_talkers_piechart.png"

syslog = Path(__file__).parents[2] / "grok" / "syslog"

(
    read("stdio", format="grok", pattern="%{SYSLOGLINE}", file=str(syslog), time="timestamp")
    | reduce(lines=count(), by=["program"])
    | piechart("pygal", title="lines of a syslog", category="program", value="lines", file=file)
).execute()
print(f"the picture is in {file}", file=sys.stderr)
