"""The questions, one file each, by name in the order of the tables."""

from __future__ import annotations

from benchmarks.jobs import (
    beginning,
    joins,
    live,
    minutes,
    order,
    passing,
    programs,
    rewrite,
    sizes,
    startup,
    unfriendly,
    windows,
)

_MODULES = [minutes, rewrite, passing, programs, sizes, beginning, order, joins, live, startup, windows]

FRIENDLY = dict(sorted((job.name, job) for module in _MODULES for job in module.JOBS))
UNFRIENDLY = {job.name: job for job in unfriendly.JOBS}
ALL = FRIENDLY | UNFRIENDLY
