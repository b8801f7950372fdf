"""What flume warns of is said."""

from __future__ import annotations

import logging

import pytest

from flume.cli.logs import heard


def test_warnings_are_said_while_they_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    """Once, in flume's own form; what is less than a warning is not."""
    logger = logging.getLogger("flume")
    with heard():
        logger.warning("12 points\x07 were late")
        logger.info("nothing")
    assert capsys.readouterr() == ("", "flume: 12 points\\x07 were late\n")
    assert logger.handlers == []
    assert logger.propagate
