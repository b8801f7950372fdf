"""Folding: the named values of put and reduce (reducers, expressions, templates, constants) over points."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set, Sized
from itertools import chain, repeat
from typing import Any, TypeAlias

from flume.duration import duration
from flume.errors import MomentError, OptionError, in_one_line
from flume.expression import Context, Expression
from flume.flow import Needed, Point
from flume.gathering import Waiting
from flume.point import NESTED, bounded, check_value, getter, own
from flume.reducing import NUMBERS, ORDERED, QUANTITIES, TEXT, TIMES, Reducer, Takes, in_place, taken, taken_together
from flume.report import Account
from flume.run import Run
from flume.tables import can_be_columns
from flume.template import Template, template
from flume.terms import COMPUTED, Call
from flume.value import Value, thaw

State = list[Any]
Named = tuple[tuple[str, Any], ...]
Follow: TypeAlias = Callable[[int, Reducer[Any], Sequence[Any]], Iterable[Any]]

_WANTED = {
    NUMBERS: "number",
    TEXT: "text",
    TIMES: "time",
    QUANTITIES: "number or time",
    ORDERED: "number, text or time",
}


class of_last(Reducer[Point | None]):  # noqa: N801 - stands where a word would
    """What *compute* makes of the last point; None of no points."""

    compute: Any
    fields: frozenset[str] = frozenset()

    @property
    def reads(self) -> frozenset[str]:
        return self.fields

    def start(self) -> Point | None:
        return None

    def add(self, state: Point | None, value: Point) -> Point | None:
        return value

    def fold(self, state: Point | None, values: Sequence[Point]) -> Point | None:
        return values[-1] if values else state

    def result(self, state: Point | None) -> Any:
        return None if state is None else self.compute(state)

    def answer(self, state: Point | None, note: Callable[[str], None]) -> Any:
        try:
            return self.result(state)
        except Exception as error:  # of a function of the user's
            note(in_one_line(error))
            return None

    def merge(self, left: Point | None, right: Point | None) -> Point | None:
        return left if right is None else right


class constant(Reducer[None]):  # noqa: N801 - stands where a word would
    """Always the same value."""

    value: Any

    def start(self) -> None:
        return None

    def fold(self, state: None, values: Sequence[Any]) -> None:
        return None

    def result(self, state: None) -> Any:
        return thaw(self.value)

    def merge(self, left: None, right: None) -> None:
        return None


class Fold:
    """Folds points into the values of *named* fields.

    The states are kept in a list by the caller: one a reducer, but for those that share one.
    """

    def __init__(self, named: Named, run: Run) -> None:
        self.leaves: list[Reducer[Any]] = []  # one a state
        self._asked: list[tuple[int, Reducer[Any]]] = []  # those that make an answer, and the number of its state
        self._named: list[tuple[str, Reducer[Any], slice]] = []  # and where its answers stand among them
        shared: dict[Hashable, int] = {}
        for name, value in named:
            reducer = _as_reducer(value, context_of(run, name))
            first = len(self._asked)
            for leaf in reducer.leaves():
                new, key = len(self.leaves), leaf.state_key
                number = new if key is None else shared.setdefault(key, new)
                if number == new:
                    self.leaves.append(leaf)
                self._asked.append((number, leaf))
            self._named.append((name, reducer, slice(first, len(self._asked))))
        self._settles = [
            (number, leaf.settle) for number, leaf in enumerate(self.leaves) if type(leaf).settle is not Reducer.settle
        ]
        self._account = run.account
        noted: set[tuple[str, Takes]] = set()
        feeds = {tuple(leaf.inputs): None for leaf in self.leaves if leaf.inputs}
        self._feeds = [_Feed(inputs, noted, run.account) for inputs in feeds]
        self._places = [list(feeds).index(tuple(leaf.inputs)) if leaf.inputs else None for leaf in self.leaves]
        self.fields = tuple(dict.fromkeys(field for inputs in feeds for field, _ in inputs))  # whose values are folded

    def start(self) -> State:
        """The states of no points."""
        return [leaf.start() for leaf in self.leaves]

    def fold(self, states: State, points: Sequence[Point]) -> None:
        """Bring *states* forward by *points*."""
        given = [feed(points) for feed in self._feeds]
        for number, (leaf, place) in enumerate(zip(self.leaves, self._places, strict=True)):
            states[number] = leaf.fold(states[number], points if place is None else given[place])

    def fold_groups(
        self, groups: Sequence[State], points: Sequence[Sized], columns: Sequence[Sequence[Waiting]]
    ) -> None:
        """Bring the states of many groups forward, where none of the reducers looks at several fields.

        *points*: what is as long as there are points in each group. *columns*: for each of the *fields*, the values in
        each group, None where missing.
        """
        values = [feed.taken(columns[self.fields.index(feed.field)]) for feed in self._feeds]
        for number, (leaf, place) in enumerate(zip(self.leaves, self._places, strict=True)):
            given = (points, frozenset[type]()) if place is None else values[place]
            states = leaf.fold_each([group[number] for group in groups], *given)
            for group, state in zip(groups, states, strict=True):
                group[number] = state

    def restart(self, states: State) -> None:
        """Let *states* be those of no points again, but for reducers that go on from window to window."""
        states[:] = [leaf.start() if leaf.resets else state for leaf, state in zip(self.leaves, states, strict=True)]

    def settle(self, groups: Iterable[State]) -> None:
        """Do now what `results` would have to do with the states of these groups."""
        for states in groups if self._settles else ():
            for number, settle in self._settles:
                states[number] = settle(states[number])

    def results(self, groups: Sequence[State]) -> dict[str, list[Any]]:
        """The named values of many groups, which share no list or dict with another point."""
        self.settle(groups)
        answers = [_Answers(leaf) for _, leaf in self._asked]
        for (number, _), each in zip(self._asked, answers, strict=True):
            each.take(states[number] for states in groups)
        return self._columns(answers, len(groups))

    def scan(self, points: Sequence[Point], follow: Follow) -> dict[str, list[Any]]:
        """The named values at each of the points, of the states that *follow* gives there.

        It is given the number of a state, its reducer, and the value that this is given of each point, or None.
        """
        values = [feed.each(points) for feed in self._feeds]
        answers = [_Answers(leaf) for _, leaf in self._asked]
        for number, (leaf, place) in enumerate(zip(self.leaves, self._places, strict=True)):
            states = follow(number, leaf, points if place is None else values[place])
            first, *others = [each for (asked, _), each in zip(self._asked, answers, strict=True) if asked == number]
            first.take(states if not others else _seen_by(others, states))
        return self._columns(answers, len(points))

    def _columns(self, answers: Sequence[_Answers], rows: int) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {}
        for name, reducer, place in self._named:
            parts = answers[place]
            whole = parts[0] if len(parts) == 1 and parts[0].leaf is reducer else _combined(reducer, parts, rows)
            values = whole.values
            columns[name] = list(map(own, values)) if not NESTED.isdisjoint(map(type, values)) else values
            for why in whole.failures.values():
                self._account.note(_of_field(COMPUTED, name), why[:120])
        return columns


class _Answers:
    """What a reducer says of one state after another, and the first reason why it says nothing of one."""

    def __init__(self, leaf: Reducer[Any]) -> None:
        self.leaf = leaf
        self.values: list[Any] = []
        self.failures: dict[int, str] = {}

    def note(self, why: str) -> None:
        """There is nothing to say of the next."""
        self.failures.setdefault(len(self.values), why)

    def take(self, states: Iterable[Any]) -> None:
        """Ask of each of these states, before the next is looked at."""
        answer, note, append = self.leaf.answer, self.note, self.values.append
        for state in states:
            append(answer(state, note))


def _seen_by(others: Sequence[_Answers], states: Iterable[Any]) -> Iterator[Any]:
    """The states, of each of which the *others* are asked too."""
    for state in states:
        for each in others:
            each.take((state,))
        yield state


def _combined(reducer: Reducer[Any], parts: Sequence[_Answers], rows: int) -> _Answers:
    """The values that the reducer makes of the answers of its leaves."""
    whole = _Answers(reducer)
    for part in reversed(parts):
        whole.failures |= part.failures
    for row in zip(*(part.values for part in parts), strict=True) if parts else repeat((), rows):
        whole.values.append(reducer.combine(row, whole.note))
    return whole


class _Feed:
    """What a reducer is given of points: the values of its fields; those of a wrong type are noted.

    *noted*: the fields that another feed notes, or this one from now on, so that what clashes there is counted once.
    """

    def __init__(self, inputs: Sequence[tuple[str, Takes]], noted: set[tuple[str, Takes]], account: Account) -> None:
        self._account = account
        self._columns = [
            (getter(field), takes, _silent if (field, takes) in noted else self._noting(field, takes))
            for field, takes in inputs
        ]
        noted.update(inputs)
        self.field = inputs[0][0]

    def __call__(self, points: Sequence[Point]) -> Sequence[Any]:
        if len(self._columns) == 1:
            ((get, takes, note),) = self._columns
            return taken([get(point) for point in points], takes, note)
        return taken_together([([get(point) for point in points], takes, note) for get, takes, note in self._columns])

    def each(self, points: Sequence[Point]) -> Sequence[Any]:
        """One for each point: None where there is none."""
        columns = [in_place([get(point) for point in points], takes, note) for get, takes, note in self._columns]
        if len(columns) == 1:
            return columns[0]
        return [None if None in row else row for row in zip(*columns, strict=True)]

    def taken(self, groups: Sequence[Waiting]) -> tuple[Sequence[Sequence[Any]], Set[type]]:
        """The same for values of many groups that were got already, and of what types these are."""
        ((_, takes, note),) = self._columns
        in_arrays = bool(groups) and isinstance(groups[0], array)
        kinds: Set[type] = {float} if in_arrays else set(map(type, chain.from_iterable(groups)))
        wanted = kinds - {type(None)} if takes is None else kinds & takes
        return groups if wanted == kinds else [taken(values, takes, note) for values in groups], wanted

    def _noting(self, field: str, takes: Takes) -> Callable[[Any], None]:
        what = f"had no {_WANTED.get(takes, 'value of the right type')} in {field!r}"
        return lambda value: self._account.note(what, f"{field}={value!r}"[:80])


def _silent(value: object) -> None:
    pass


def context_of(run: Run, name: str | None = None) -> Context:
    """What an expression is evaluated with in this step; *name*: the field that is given its value, if one is."""
    note = run.account.note
    # each field by itself, so that what is counted are points
    return Context(run.now, note if name is None else lambda what, example: note(_of_field(what, name), example))


def _of_field(what: str, name: str) -> str:
    return f"had a value of {name!r} that {what}"


def given(word: str, fields: Mapping[str, Any]) -> Named:
    """The fields of a step as the user gave them; an `OptionError` for a value that no point can hold."""
    for name, value in fields.items():
        check_value(f"{word}: {name}", value)
    return tuple(fields.items())


def as_value(value: Any) -> Any:
    """What the user wrote for a field: text with braces becomes a template."""
    return template(value) if isinstance(value, str) and ("{" in value or "}" in value) else value


def check_named(word: str, named: Named) -> None:
    """An `OptionError` for a value that no field can have."""
    for name, value in named:
        if isinstance(value, type) and issubclass(value, Reducer):
            raise OptionError(f"{word}: {name}={value.__name__} is the word itself; write {name}={value.__name__}()")
        if isinstance(value, Value) and not isinstance(value, Reducer):
            hint = f"write {value!r}('field')" if callable(value) else "give a reducer, an expression or a value"
            raise OptionError(f"{word}: {name} takes no {value!r}; {hint}")
        as_value(value)


def check_options(word: str, named: Named, spans: Sequence[str], flags: Sequence[str]) -> None:
    """An `OptionError` for a constant that was meant as an option: its name is almost that of one, its value fits.

    *spans* are the options that take a duration, *flags* those that are True or False.
    """
    for name, value in named:
        options = flags if isinstance(value, bool) else spans if isinstance(value, str) and _is_span(value) else ()
        # what has the option's name in it is a word of its own, as `cover` is beside `over`
        alike = [option for option in options if option not in name and len({*name} ^ {*option}) < 3]
        if alike:
            from difflib import get_close_matches

            for option in get_close_matches(name, alike, 1, 0.8):
                field = f"{name}=expr({f'{value!r}'!r})"
                raise OptionError(f"{word} has no option {name!r}; did you mean {option}? (a field is made by {field})")


def _is_span(text: str) -> bool:
    try:
        return bool(duration(text))
    except MomentError:
        return False


def needed_of(named: Named) -> Needed:
    """The fields that the values read; None where that cannot be told (a callable)."""
    needed: frozenset[str] = frozenset()
    for _, value in named:
        fields = fields_of(value)
        if fields is None:
            return None
        needed |= fields
    return needed


def exposes(value: Any) -> bool:
    """Whether code of the user's is given points, or what is in them, to get this value."""
    if isinstance(value, Expression):
        return any(isinstance(term, Call) and not term.function.own for term in value.tree.walk())
    if isinstance(value, Reducer):
        modules = {type(leaf).__module__ for leaf in value.leaves()}
        return not all(module.startswith("flume.") and module != "flume.reducers.funcr" for module in modules)
    return callable(value)


def takes_tables(named: Named) -> bool:
    """Whether no value looks at whole points: each is folded from those of a field, or only counts."""
    values = [as_value(value) for _, value in named]
    if not all(isinstance(value, Reducer) for value in values):
        return False
    leaves = [leaf for value in values for leaf in value.leaves()]
    fields = [field for leaf in leaves for field, _ in leaf.inputs]
    return all(leaf.counts or len(leaf.inputs) == 1 for leaf in leaves) and can_be_columns(fields)


def fields_of(value: Any) -> Needed:
    """The fields that one value reads."""
    value = as_value(value)
    if isinstance(value, Reducer):
        return None if _reads_points(value) else value.reads
    if isinstance(value, (Expression, Template)):
        return value.fields
    return None if callable(value) else frozenset()


def _reads_points(reducer: Reducer[Any]) -> bool:
    """Whether a reducer looks at whole points without saying which fields."""
    return any(
        not leaf.inputs and not leaf.reads and type(leaf).fold is Reducer.fold and leaf.resets
        for leaf in reducer.leaves()
    )


def _as_reducer(value: Any, context: Context) -> Reducer[Any]:
    value = as_value(value)
    if isinstance(value, Reducer):
        return value
    if isinstance(value, Expression):
        compute = value.values(context)
        return of_last(lambda point: compute([point])[0], frozenset(value.fields or ()))
    if isinstance(value, Template):
        return of_last(value.render, frozenset(value.fields))
    if callable(value):
        return of_last(lambda point: bounded(value(point)))
    return constant(value)
