#!/bin/sh
# The programs of the README, each with its output.  `make demo` runs this.
set -eu
cd "$(dirname "$0")/.."
HOME=$(mktemp -d) # so that nobody's own ~/.flumerc.py is touched
export HOME
trap 'rm -rf "$HOME"' EXIT

show() {
    printf '\n$ %s\n' "$1"
    sh -c "$1"
}

say() {
    printf '\n# %s\n' "$1"
}

say "Points made up on the spot."
show "flume \"emit(limit=3, start='2013-01-01') | put(n=count()) | write('stdio')\""

say "The lines of a syslog become points."
show "flume \"read('stdio', format='grok', pattern='%{SYSLOGLINE}', file='examples/grok/syslog') | write('stdio')\" | head -n 3"

say "With time, lines can be counted by the hour.  A syslog has no year: 'now' says near which day it was written."
show "flume \"read('stdio', format='grok', pattern='%{SYSLOGLINE}', file='examples/grok/syslog', time='timestamp', now='2016-07-18') | reduce(count=count(), every='1h') | write('stdio')\""

say "What is written often becomes a word of your own."
cat > "$HOME/.flumerc.py" <<'PYTHON'
from flume import *

def syslog(file):
    return read('stdio', format='grok', pattern='%{SYSLOGLINE}', file=file, time='timestamp', now='2016-07-18')
PYTHON
show "cat ~/.flumerc.py"
show "flume \"syslog('examples/grok/syslog') | reduce(count=count(), every='1h') | write('stdio')\""

say "Which program writes most?"
show "flume \"syslog('examples/grok/syslog') | reduce(count=count(), by=['program']) | write('stdio')\""
show "flume \"syslog('examples/grok/syslog') | reduce(count=count(), by=['program']) | sort('count') | write('stdio')\""

say "The same in a script."
show "python examples/grok/top_5_syslog_spammers.py"

say "And where you would rather look than read: a chart, here of the days of each month."
show "python examples/terminal/days_of_the_month_barchart.py"
