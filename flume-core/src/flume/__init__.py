"""flume: stream processing for people who look at logs, metrics and events.

    from flume import *

    pipeline = read('stdio', file='access.log') | reduce(n=count(), by='status') | write('stdio')
    pipeline.execute()

Names are loaded when they are first touched, so that `import flume` costs nothing.

Said to pytest, which has a plugin from here and may be started where flume is imported already: PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flume.expression import expr as expr
    from flume.flow import Flow as Flow
    from flume.flow import Pipeline as Pipeline
    from flume.flow import Proc as Proc
    from flume.flow import Sink as Sink
    from flume.flow import Source as Source
    from flume.flow import Stage as Stage
    from flume.functions import function as function
    from flume.hookspecs import hookimpl as hookimpl
    from flume.parsing import LineParser as LineParser
    from flume.parsing import Parser as Parser
    from flume.procs.batch import batch as batch
    from flume.procs.dedup import dedup as dedup
    from flume.procs.describe import describe as describe
    from flume.procs.diff import diff as diff
    from flume.procs.explode import explode as explode
    from flume.procs.fill import fill as fill
    from flume.procs.filter import filter as filter
    from flume.procs.head import head as head
    from flume.procs.intersect import intersect as intersect
    from flume.procs.join import join as join
    from flume.procs.keep import keep as keep
    from flume.procs.pace import pace as pace
    from flume.procs.parse import parse as parse
    from flume.procs.pass_ import pass_ as pass_
    from flume.procs.put import put as put
    from flume.procs.reduce import reduce as reduce
    from flume.procs.remove import remove as remove
    from flume.procs.rename import rename as rename
    from flume.procs.reorder import reorder as reorder
    from flume.procs.sample import sample as sample
    from flume.procs.skip import skip as skip
    from flume.procs.sort import sort as sort
    from flume.procs.split import split as split
    from flume.procs.tail import tail as tail
    from flume.procs.throttle import throttle as throttle
    from flume.procs.unbatch import unbatch as unbatch
    from flume.procs.union import union as union
    from flume.procs.uniq import uniq as uniq
    from flume.reducers import date as date
    from flume.reducers import math as math
    from flume.reducers.avg import avg as avg
    from flume.reducers.avg import mean as mean
    from flume.reducers.count import count as count
    from flume.reducers.count_unique import count_unique as count_unique
    from flume.reducers.delta import delta as delta
    from flume.reducers.ewma import ewma as ewma
    from flume.reducers.first import first as first
    from flume.reducers.funcr import funcr as funcr
    from flume.reducers.histogram import histogram as histogram
    from flume.reducers.iterate import iterate as iterate
    from flume.reducers.largest import largest as largest
    from flume.reducers.last import last as last
    from flume.reducers.mad import mad as mad
    from flume.reducers.maximum import maximum as maximum
    from flume.reducers.median import median as median
    from flume.reducers.minimum import minimum as minimum
    from flume.reducers.percentile import percentile as percentile
    from flume.reducers.pluck import pluck as pluck
    from flume.reducers.rate import rate as rate
    from flume.reducers.smallest import smallest as smallest
    from flume.reducers.stdev import stdev as stdev
    from flume.reducers.sum import sum as sum
    from flume.reducers.top import top as top
    from flume.reducers.variance import variance as variance
    from flume.reducing import Reducer as Reducer
    from flume.running import Runner as Runner
    from flume.sinks.barchart import barchart as barchart
    from flume.sinks.linechart import linechart as linechart
    from flume.sinks.memory import memory as memory
    from flume.sinks.piechart import piechart as piechart
    from flume.sinks.scatterchart import scatterchart as scatterchart
    from flume.sinks.table import table as table
    from flume.sinks.timechart import timechart as timechart
    from flume.sinks.write import write as write
    from flume.sources.emit import emit as emit
    from flume.sources.read import read as read
    from flume.sources.seq import seq as seq
    from flume.value import env as env
    from flume.viewing import Canvas as Canvas
    from flume.viewing import Chart as Chart
    from flume.viewing import Picture as Picture
    from flume.viewing import View as View

_PLACES = {
    "sources": ["emit", "read", "seq"],
    "procs": [
        "batch", "dedup", "describe", "diff", "explode", "fill", "filter", "head", "intersect", "join", "keep", "pace",
        "parse", "pass_", "put", "reduce", "remove", "rename", "reorder", "sample", "skip", "sort", "split", "tail",
        "throttle", "unbatch", "union", "uniq",
    ],
    "reducers": [
        "avg", "count", "count_unique", "delta", "ewma", "first", "funcr", "histogram", "iterate", "largest", "last",
        "mad", "maximum", "median", "minimum", "percentile", "pluck", "rate", "smallest", "stdev", "sum", "top",
        "variance",
    ],
    "sinks": ["barchart", "linechart", "memory", "piechart", "scatterchart", "table", "timechart", "write"],
}  # fmt: skip

_NAMES = {name: f"flume.{kind}.{name}" for kind, names in _PLACES.items() for name in names} | {
    "mean": "flume.reducers.avg",
    "expr": "flume.expression",
    "env": "flume.value",
    "function": "flume.functions",
    "hookimpl": "flume.hookspecs",
    "Flow": "flume.flow",
    "Pipeline": "flume.flow",
    "Proc": "flume.flow",
    "Sink": "flume.flow",
    "Source": "flume.flow",
    "Stage": "flume.flow",
    "Parser": "flume.parsing",
    "LineParser": "flume.parsing",
    "Reducer": "flume.reducing",
    "Runner": "flume.running",
    "Canvas": "flume.viewing",
    "Chart": "flume.viewing",
    "Picture": "flume.viewing",
    "View": "flume.viewing",
}
_MODULES = {"date": "flume.reducers.date", "math": "flume.reducers.math"}

__all__ = [*_NAMES, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        value = getattr(import_module(_NAMES[name]), name)
    elif name in _MODULES:
        value = import_module(_MODULES[name])
    else:
        raise AttributeError(f"module 'flume' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
