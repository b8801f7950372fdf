"""The days of each month of 2000, a leap year, and of 2001."""

from flume import *

(
    (
        emit(start="2000-01-01", every="1 day", limit=366),
        emit(start="2001-01-01", every="1 day", limit=365),
    )
    | reduce(days=count(), every="1 month")
    | put(month=date.strftime("time", "%b"), year=date.year("time"))
    | barchart(series="year", category="month", value="days")
).execute()
