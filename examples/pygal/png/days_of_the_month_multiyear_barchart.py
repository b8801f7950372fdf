"""The days of each month of 2000, a leap year, and of 2001, as a PNG."""

import sys

from flume import *

file = sys.argv[1] if len(sys.argv) > 1 else "days_of_the_month_multiyear_barchart.png"

(
    (
        emit(start="2000-01-01", every="1 day", limit=366),
        emit(start="2001-01-01", every="1 day", limit=365),
    )
    | reduce(days=count(), every="1 month")
    | put(month=date.strftime("time", "%b"), year=date.year("time"))
    | barchart("pygal", series="year", category="month", value="days", file=file)
).execute()
print(f"the picture is in {file}", file=sys.stderr)
