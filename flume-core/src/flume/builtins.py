"""Core's own words, registered through the hooks as a stranger's are."""

from __future__ import annotations

from flume.hookspecs import Offer, hookimpl

FLUME_API = 1


def _words(kind: str, names: str) -> dict[str, str]:
    """One file = one word: `flume.procs.head:head`."""
    return {name: f"flume.{kind}.{name}:{name}" for name in names.split()}


@hookimpl
def flume_sources() -> Offer:
    """The words that a pipeline begins with."""
    return _words("sources", "emit read seq")


@hookimpl
def flume_procs() -> Offer:
    """Points into points."""
    return _words(
        "procs",
        "batch dedup describe diff explode fill filter head intersect join keep pace parse pass_ put reduce remove "
        "rename reorder sample skip sort split tail throttle unbatch union uniq",
    )


@hookimpl
def flume_reducers() -> Offer:
    """Many points into one value; `date` and `math` are namespaces."""
    words = _words(
        "reducers",
        "avg count count_unique delta ewma first funcr histogram iterate largest last mad "
        "maximum median minimum percentile pluck rate smallest stdev sum top variance",
    )
    return {**words, "mean": "flume.reducers.avg:mean", "date": "flume.reducers.date", "math": "flume.reducers.math"}


@hookimpl
def flume_sinks() -> Offer:
    """The words that a pipeline ends with."""
    return _words("sinks", "barchart linechart memory piechart scatterchart table timechart write")


@hookimpl
def flume_adapters() -> Offer:
    """What `read(name, …)` and `write(name, …)` know."""
    return {**_words("adapters", "command http stdio"), "file": "flume.adapters.stdio:stdio"}


@hookimpl
def flume_parsers() -> Offer:
    """What `format=name` means."""
    return _words("parsers", "columns csv json jsonl lines logfmt regex table text") | {"tsv": "flume.parsers.csv:tsv"}


@hookimpl
def flume_codecs() -> Offer:
    """What `compression=name` means."""
    return _words("codecs", "bz2 deflate gzip xz zlib zstd")


@hookimpl
def flume_views() -> Offer:
    """What draws a chart with nothing else installed."""
    return _words("views", "terminal")
