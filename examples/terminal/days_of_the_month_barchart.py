"""The days of each month of 2015."""

from flume import *

(
    emit(start="2015-01-01", every="1 day", limit=365)
    | reduce(days=count(), every="1 month")
    | put(month=date.strftime("time", "%b"), year=date.year("time"))
    | barchart(series="year", category="month", value="days")
).execute()
