"""Events a second, drawn anew each second while they come."""

from argparse import ArgumentParser

from flume import *

arguments = ArgumentParser(description=__doc__)
arguments.add_argument("--seconds", type=float, help="how long it goes on; without it, until you press Ctrl-C")
seconds = arguments.parse_args().seconds

(
    emit(every="5ms", limit=-1 if seconds is None else round(seconds * 200))
    | put(n=count())
    | filter("n % 10 < 5 + 4 * sin(n / 400)")
    | reduce(events=count(), every="1s")
    | timechart(title="events a second", value="events", last="1m", yrange=(0, 200))
).execute()
