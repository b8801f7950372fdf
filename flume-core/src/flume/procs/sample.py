"""sample: some of the points, by chance or by count."""

from __future__ import annotations

from datetime import datetime
from random import Random

from flume.errors import OptionError
from flume.flow import Batch, Needed, Point, Proc, Stage
from flume.run import Run


class sample(Proc):
    """Pass on some of the points: *n* of them, or a share, by chance; or one in so many. One of the three is given.

    :param n: so many points, each as likely as any other; they leave in the order of the stream, once it has ended.
    :param rate: the chance of each point to pass, 0 to 1.
    :param every: the first point passes, and then one in so many (one in a time is `throttle(1, '1m')`).
    :param seed: a whole number; with the same one, the same points pass of the same stream. None: others in each run.
    :raises OptionError: none or more than one of *n*, *rate* and *every* is given; *n* is negative, *rate* is not
        between 0 and 1, *every* is less than 1; a *seed* beside *every*.

    >>> from flume.testing import run
    >>> points = [{'n': n} for n in range(1000)]
    >>> run(points, sample(3, seed=7))
    [{'n': 543}, {'n': 648}, {'n': 785}]
    >>> len(run(points, sample(rate=0.1, seed=7)))
    108
    >>> run(points, sample(every=400))
    [{'n': 0}, {'n': 400}, {'n': 800}]
    """

    n: int | None = None
    rate: float | None = None
    every: int | None = None
    seed: int | None = None

    def check(self) -> None:
        if sum(option is not None for option in (self.n, self.rate, self.every)) != 1:
            raise OptionError("sample takes one of n=100, rate=0.01 and every=100")
        if self.n is not None and self.n < 0:
            raise OptionError(f"sample: n is {self.n}; give 0 or more")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise OptionError(f"sample: rate is {self.rate}; give 0 to 1, as 0.01 for one point in a hundred")
        if self.every is not None and self.every < 1:
            raise OptionError(f"sample: every is {self.every}; give 1 or more, as 100 for each hundredth point")
        if self.every is not None and self.seed is not None:
            raise OptionError("sample: every takes no chances, so leave out seed; n and rate have one")

    def needs(self, wanted: Needed) -> Needed:
        return wanted

    def makes(self) -> frozenset[str]:
        return frozenset()

    def start(self, run: Run) -> Stage:
        if self.n is not None:
            return _Reservoir(self.n, Random(self.seed))
        return _Share(self.rate, Random(self.seed)) if self.rate is not None else _EveryNth(self.every or 1)


class _Reservoir(Stage):
    """Algorithm R of J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11 (1985), 37-57.

    Of the first so many points, each is among the *n* that are held with the same chance, at any time.
    """

    cause = "filtered"
    holds = True

    def __init__(self, n: int, random: Random) -> None:
        self._n = n
        self._random = random.random  # whose numbers stay the same in all versions of Python
        self._count = 0
        self._held: list[tuple[int, Point]] = []  # with its number in the stream
        self.done = not n

    def push(self, batch: Batch) -> Batch:
        held, n, random = self._held, self._n, self._random
        for number, point in enumerate(batch, self._count):
            if number < n:
                held.append((number, point))
            elif (place := int(random() * (number + 1))) < n:
                held[place] = number, point
        self._count += len(batch)
        return []

    def end(self) -> Batch:
        held = sorted(self._held, key=lambda each: each[0])
        self._held.clear()
        return [point for _, point in held]

    def low(self, watermark: datetime) -> None:
        return None


class _Share(Stage):
    cause = "filtered"

    def __init__(self, rate: float, random: Random) -> None:
        self._rate = rate
        self._random = random.random

    def push(self, batch: Batch) -> Batch:
        rate, random = self._rate, self._random
        return [point for point in batch if random() < rate]


class _EveryNth(Stage):
    cause = "filtered"

    def __init__(self, every: int) -> None:
        self._every = every
        self._next = 0  # how many points are before the next one that passes

    def push(self, batch: Batch) -> Batch:
        passed = batch[self._next :: self._every]
        self._next = (self._next - len(batch)) % self._every
        return passed
