"""The questions, one file each, by name in the order of the tables."""

from __future__ import annotations

from benchmarks.jobs import minutes, unfriendly

FRIENDLY = {job.name: job for job in [*minutes.JOBS]}
UNFRIENDLY = {job.name: job for job in unfriendly.JOBS}
ALL = FRIENDLY | UNFRIENDLY
