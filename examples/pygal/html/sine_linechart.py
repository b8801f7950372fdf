"""A sine wave of 180 points, as a page."""

import sys

from flume import *

file = sys.argv[1] if len(sys.argv) > 1 else "sine_linechart.html"

(
    emit(start="2015-01-01", limit=180)
    | put(count=count())
    | put(x=expr("count / 10"))
    | put(y=math.sin("x"))
    | linechart("pygal", title="sin(x)", xvalue="x", yvalue="y", file=file)
).execute()
print(f"the picture is in {file}", file=sys.stderr)
