"""The days of each month of 2015, as a PNG."""

import sys

from flume import *

file = sys.argv[1] if len(sys.argv) > 1 else "days_of_the_month_barchart.png"

(
    emit(start="2015-01-01", every="1 day", limit=365)
    | reduce(days=count(), every="1 month")
    | put(month=date.strftime("time", "%b"), year=date.year("time"))
    | barchart("pygal", series="year", category="month", value="days", file=file)
).execute()
print(f"the picture is in {file}", file=sys.stderr)
