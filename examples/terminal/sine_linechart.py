"""A sine wave of 180 points."""

from flume import *

(
    emit(start="2015-01-01", limit=180)
    | put(count=count())
    | put(x=expr("count / 10"))
    | put(y=math.sin("x"))
    | linechart(title="sin(x)", xvalue="x", yvalue="y")
).execute()
