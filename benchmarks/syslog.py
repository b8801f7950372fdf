"""The syslog job, count by program, on a generated file: `python benchmarks/syslog.py [LINES]`.

Peers: awk, as the seed's README writes it, and pygrok in a plain loop.  The answers must be equal.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from measuring import Contender, machine, race, table

FLUME = str(Path(sys.executable).with_name("flume"))
PROGRAMS = ["kernel", "CRON", "NetworkManager", "wpa_supplicant", "anacron", "laptop-mode", "sshd", "systemd"]
PYGROK = """
import sys
from collections import Counter
from pygrok import Grok
grok = Grok('%{SYSLOGLINE}')
counts = Counter(grok.match(line)['program'] for line in open(sys.argv[1]))
for program, count in counts.items(): print(count, program)
"""


def generate(path: Path, lines: int) -> None:
    """Lines of RFC 3164, a few a second, seeded."""
    dice = random.Random(1)
    moment = datetime(2016, 7, 17)
    with path.open("w") as file:
        for number in range(lines):
            moment += timedelta(seconds=dice.random() / 2)
            program = dice.choice(PROGRAMS)
            pid = "" if program in ("kernel", "laptop-mode") else f"[{dice.randrange(400, 32000)}]"
            stamp = f"{moment:%b} {moment.day:2} {moment:%H:%M:%S}"
            file.write(f"{stamp} localhost {program}{pid}: message number {number} of {dice.randrange(1000)}\n")


def counted(answer: bytes) -> dict[str, int]:
    """The counts, however they are written."""
    counts = {}
    for line in answer.decode().splitlines():
        if line.startswith("{"):
            point = json.loads(line)
            counts[point["program"]] = point["count"]
        else:
            count, program = line.split()
            counts[program.rstrip(":")] = int(count)
    return counts


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "syslog")
        generate(path, lines)
        options = f"format='grok', pattern='%{{SYSLOGLINE}}', file={str(path)!r}, time='timestamp', now='2016-07-18'"
        program = f"read('stdio', {options}) | reduce(count=count(), by=['program'])"
        shell = f"awk '{{print $5}}' {path} | sed 's/\\[[0-9]*\\]//g' | sort | uniq -c"
        contenders = [
            Contender("flume, by program", [FLUME, program]),
            Contender("awk | sed | sort | uniq -c", ["sh", "-c", shell]),
            Contender("pygrok in a loop", [sys.executable, "-c", PYGROK, str(path)]),
        ]
        race(contenders, 3)
        answers = [counted(contender.answer) for contender in contenders]
        if any(answer != answers[0] for answer in answers):
            raise SystemExit("the answers differ")
        print(f"{machine()}; {lines:,} lines, {path.stat().st_size / 1e6:.0f} MB\n\n{table(contenders, points=lines)}")


main()
