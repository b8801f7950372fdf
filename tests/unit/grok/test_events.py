"""grok reads events of several lines, as `multiline=` joins them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flume import memory, read

LOG = """\
2016-07-17T12:00:00Z INFO started
2016-07-17T12:00:01Z ERROR boom
java.lang.IllegalStateException: a
\tat A.b(C.java:1)
nonsense
\tat nowhere
2016-07-17T12:00:02Z INFO stopped
"""
PATTERN = "^%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{GREEDYDATA:text}$"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_event_is_a_record(tmp_path: Path, jobs: int) -> None:
    """What matches anything matches line ends; what is rejected is the whole event, at its first line."""
    file, rejects = tmp_path / "a.log", tmp_path / "bad.jsonl"
    file.write_text(LOG)
    source = read("stdio", file=str(file), format="grok", pattern=PATTERN, multiline="java", rejects=str(rejects))
    report = (source | memory()).execute(jobs=jobs)
    texts = [point["text"] for point in report.points]
    assert texts == ["started", "boom\njava.lang.IllegalStateException: a\n\tat A.b(C.java:1)", "stopped"]
    assert '"line": 5, "reason": "does not match' in rejects.read_text()
    assert '"raw": "nonsense\\n\\tat nowhere"' in rejects.read_text()
