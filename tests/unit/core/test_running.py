"""What runs a pipeline."""

from __future__ import annotations

from types import ModuleType

import pytest

from flume.cli.arguments import parse
from flume.cli.run import run
from flume.errors import OptionError, UnknownName
from flume.flow import Flow
from flume.hookspecs import hookimpl
from flume.registry import Registry, use
from flume.report import Report
from flume.running import Runner, Settings
from flume.sinks.memory import memory
from flume.sources.emit import emit

PIPELINE = emit(points=[{"a": 1}, {"a": 2}]) | memory()
seen: list[Settings] = []


class counted(Runner):
    """Run it in this process, and keep how."""

    def execute(self, flow: Flow, settings: Settings) -> Report:
        seen.append(settings)
        return super().execute(flow, settings)


@pytest.fixture
def registry() -> Registry:
    """Core, and a plugin with a runner, and with what is none."""
    plugin = ModuleType("acme")
    plugin.flume_runners = hookimpl(lambda: {"counted": counted, "made": counted(), "wrong": dict})  # type: ignore[attr-defined]
    found = Registry(discover=False)
    found.add(plugin, name="acme")
    seen.clear()
    return found


@pytest.mark.parametrize("runner", [counted(), "counted", "acme.counted", "made"])
def test_a_runner_gets_the_pipeline_and_how_to_run_it(registry: Registry, runner: str | Runner) -> None:
    """By itself or by name; the report is what it gives back."""
    with use(registry):
        report = PIPELINE.execute(optimize=False, jobs=2, memory=1_000_000, runner=runner)
    assert report.points == [{"a": 1}, {"a": 2}]
    assert seen == [Settings(optimize=False, jobs=2, memory=1_000_000)]


def test_the_command_line_names_one(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    """`--runner NAME` does what `execute(runner=…)` does."""
    with use(registry):
        status = run(parse(["--runner", "counted", "--jobs", "1", "emit(points=[{'a': 1}])"]))
    assert (status, capsys.readouterr().out) == (0, '{"a": 1}\n')
    assert [settings.jobs for settings in seen] == [1]


def test_this_process_is_the_usual_one(registry: Registry) -> None:
    """Where nothing is asked for, no plugin is."""
    with use(registry):
        assert PIPELINE.execute().read == 2
    assert not seen


def test_a_name_that_nobody_offers_is_found_out(registry: Registry) -> None:
    """With close ones, as of any word."""
    with use(registry), pytest.raises(UnknownName, match="did you mean 'counted'"):
        PIPELINE.execute(runner="counter")


def test_what_is_no_runner_is_refused(registry: Registry) -> None:
    """Before anything runs."""
    with use(registry), pytest.raises(OptionError, match=r"runner takes the name of a runner, or one, not {}"):
        PIPELINE.execute(runner="wrong")
    with pytest.raises(OptionError, match="not 3"):
        PIPELINE.execute(runner=3)  # type: ignore[arg-type]
