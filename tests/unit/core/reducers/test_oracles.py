"""Reducers beside pandas and DuckDB, where these are asked the same question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import (
    Reducer,
    avg,
    count,
    count_unique,
    delta,
    ewma,
    first,
    histogram,
    largest,
    last,
    mad,
    maximum,
    median,
    minimum,
    percentile,
    pluck,
    put,
    rate,
    reduce,
    smallest,
    stdev,
    sum,
    top,
    variance,
)
from flume.testing import run

TIME = datetime(2016, 7, 17, tzinfo=UTC)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.sampled_from([0.1, 0.5, 7])
ROWS = st.lists(
    st.fixed_dictionaries({"g": st.sampled_from("abc"), "x": st.none() | NUMBERS, "y": NUMBERS}),
    min_size=1,
    max_size=40,
)
PERCENTS = [0, 1, 12.5, 25, 50, 75, 90, 99, 99.9, 100]

some = settings(max_examples=25)


def near(value: Any) -> Any:
    """What equals it but for the last digits; null is what the others call NaN."""
    return None if value is None or value != value else pytest.approx(float(value), rel=1e-9, abs=1e-9)


def grouped(rows: list[dict[str, Any]], **words: Reducer[Any]) -> dict[str, dict[str, Any]]:
    """What flume says of each group."""
    return {point["g"]: point for point in run(rows, reduce(by="g", **words))}


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows as pandas has them."""
    return pd.DataFrame(rows, columns=["g", "x", "y"]).astype({"x": "float64", "y": "float64"})


def asked(rows: list[dict[str, Any]], query: str) -> dict[Any, tuple[Any, ...]]:
    """The answer of DuckDB to a query of `rows (n, g, x, y)`, by its first column."""
    with duckdb.connect() as database:
        database.execute("create table rows (n integer, g varchar, x double, y double)")
        values = [(number, row["g"], row["x"], row["y"]) for number, row in enumerate(rows)]
        database.executemany("insert into rows values (?, ?, ?, ?)", values)
        return {key: tuple(row) for key, *row in database.execute(query).fetchall()}


# -- pandas ----------------------------------------------------------------------------------------


@some
@given(ROWS)
def test_statistics_of_groups(rows: list[dict[str, Any]]) -> None:
    """`groupby(...).agg(...)`: a missing value is skipped, a sample's spread of one value is null."""
    found = grouped(
        rows,
        count=count("x"),
        size=count(),
        sum=sum("x"),
        mean=avg("x"),
        min=minimum("x"),
        max=maximum("x"),
        first=first("x"),
        last=last("x"),
        median=median("x"),
        std=stdev("x"),
        var=variance("x"),
        nunique=count_unique("x"),
    )
    names = [name for name in next(iter(found.values())) if name != "g"]
    expected = table(rows).groupby("g")["x"].agg(names)
    assert set(found) == set(expected.index)
    for group, point in found.items():
        for name in names:
            assert point[name] == near(expected.loc[group, name]), name


@some
@given(ROWS)
def test_spread_of_all_there_are(rows: list[dict[str, Any]]) -> None:
    """`ddof=0`."""
    found = grouped(rows, var=variance("x", population=True), std=stdev("x", population=True))
    groups = table(rows).groupby("g")["x"]
    for group, point in found.items():
        assert point["var"] == near(groups.var(ddof=0)[group])
        assert point["std"] == near(groups.std(ddof=0)[group])


@some
@given(ROWS)
def test_quantiles(rows: list[dict[str, Any]]) -> None:
    """With `interpolate` that of pandas; without it NumPy's `inverted_cdf`, of shares that a float has exactly."""
    shares = [0, 12.5, 25, 50, 62.5, 75, 100]
    found = grouped(rows, between=percentile("x", PERCENTS, interpolate=True), at=percentile("x", shares))
    for group, values in table(rows).dropna().groupby("g")["x"]:
        assert found[group]["between"] == [near(values.quantile(p / 100)) for p in PERCENTS]
        expected = np.quantile(values, [share / 100 for share in shares], method="inverted_cdf")
        assert found[group]["at"] == [near(value) for value in expected]


@some
@given(ROWS, st.sampled_from([0.1, 0.5, 1]))
def test_from_point_to_point(rows: list[dict[str, Any]], alpha: float) -> None:
    """`diff` and `ewm(adjust=False)`; of points that have a value, where pandas would have holes."""
    present = [row for row in rows if row["x"] is not None]
    points = run(present, put(d=delta("x"), e=ewma("x", alpha), total=sum("x"), most=maximum("x"), n=count()))
    column = table(present)["x"]
    expected = {
        "d": column.diff(),
        "e": column.ewm(alpha=alpha, adjust=False).mean(),
        "total": column.cumsum(),
        "most": column.cummax(),
    }
    for name, values in expected.items():
        assert [point[name] for point in points] == [near(value) for value in values], name
    assert [point["n"] for point in points] == list(range(1, len(present) + 1))


@some
@given(st.lists(st.integers(0, 5) | st.sampled_from(["a", "b"]), min_size=1, max_size=30), st.integers(1, 8))
def test_the_most_frequent(values: list[Any], k: int) -> None:
    """`value_counts`: of those that are equally frequent the first."""
    (point,) = run([{"x": value} for value in values], reduce(top=top("x", k)))
    expected = pd.Series(values, dtype=object).value_counts(sort=False).sort_values(ascending=False, kind="stable")
    assert [(each["value"], each["count"]) for each in point["top"]] == list(expected.items())[:k]


@some
@given(ROWS)
def test_the_row_of_an_extreme(rows: list[dict[str, Any]]) -> None:
    """`loc[idxmin()]`, of rows that have both: the first of equal ones."""
    found = grouped(rows, least=smallest("x", by="y"), most=largest("x", by="y"))
    for group, part in table(rows).dropna().groupby("g"):
        assert found[group]["least"] == near(part["x"][part["y"].idxmin()])
        assert found[group]["most"] == near(part["x"][part["y"].idxmax()])


@some
@given(ROWS, st.integers(1, 12))
def test_a_histogram(rows: list[dict[str, Any]], bins: int) -> None:
    """NumPy's, of the same edges; the edges themselves but for the last digits."""
    values = [row["x"] for row in rows if row["x"] is not None]
    (point,) = run(rows, reduce(found=histogram("x", bins)))
    if not values:
        assert point["found"] is None
        return
    edges = [point["found"][0]["low"], *(each["high"] for each in point["found"])]
    assert edges == [near(edge) for edge in np.histogram_bin_edges(values, bins)]
    if all(low < high for low, high in pairwise(edges)):
        assert [each["count"] for each in point["found"]] == np.histogram(values, edges)[0].tolist()


# -- DuckDB ----------------------------------------------------------------------------------------


@some
@given(ROWS)
def test_aggregates_of_sql(rows: list[dict[str, Any]]) -> None:
    """`group by g`: `quantile_cont` is percentile with `interpolate`; DuckDB's mad and median are those of flume."""
    found = grouped(
        rows,
        number=count("x"),
        distinct=count_unique("x"),
        total=sum("x"),
        average=avg("x"),
        middle=median("x"),
        mad=mad("x"),
        sample=stdev("x"),
        population=variance("x", population=True),
        between=percentile("x", 90, interpolate=True),
        least=smallest("x", by="y"),
        most=largest("x", by="y"),
        values=pluck("x"),
    )
    answers = asked(
        rows,
        """
        select g, count(x), count(distinct x), coalesce(fsum(x), 0), avg(x), median(x), mad(x), stddev_samp(x),
               var_pop(x), quantile_cont(x, 0.9), arg_min(x, y order by n), arg_max(x, y order by n),
               coalesce(list(x order by n) filter (x is not null), [])
        from rows group by g
        """,
    )
    assert set(found) == set(answers)
    for group, (*numbers, values) in answers.items():
        names = [name for name in found[group] if name not in ("g", "values")]
        for name, expected in zip(names, numbers, strict=True):
            assert found[group][name] == near(expected), name
        assert found[group]["values"] == [near(value) for value in values]


@some
@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=60))
def test_nearest_rank_is_that_of_sql(values: list[int]) -> None:
    """`quantile_disc`, for parts that a float has exactly: others DuckDB may round to the next rank."""
    rows = [{"g": "a", "x": value, "y": 0} for value in values]
    shares = [0, 12.5, 25, 50, 75, 87.5, 100]
    listed = ", ".join(str(share / 100) for share in shares)
    ((found,),) = asked(rows, f"select g, quantile_disc(x, [{listed}]) from rows group by g").values()
    (point,) = run(rows, reduce(p=percentile("x", shares)))
    assert point["p"] == found


@some
@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 50)), min_size=2, max_size=20))
def test_a_rate(steps: list[tuple[int, int]]) -> None:
    """What a counter grew by from row to row with `lag`, where it starts again its own value, by the seconds."""
    seconds, rows = 0, []
    for span, value in steps:
        seconds += span
        rows.append({"g": "a", "x": value, "y": seconds})
    ((expected,),) = asked(
        rows,
        """
        select 'a', sum(case when before is null then 0 when x >= before then x - before else x end) / (max(y) - min(y))
        from (select x, y, lag(x) over (order by n) as before from rows)
        """,
    ).values()
    points = [{"time": TIME + timedelta(seconds=row["y"]), "x": row["x"]} for row in rows]
    assert run(points, reduce(r=rate("x")))[0]["r"] == near(expected)
