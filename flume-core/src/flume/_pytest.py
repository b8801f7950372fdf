"""pytest --flume-plugin NAME: the checks of a plugin, as tests.

pytest imports this module wherever flume is installed, so it imports nothing of flume before it is asked for checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from flume.checking import Check


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that asks for them."""
    parser.getgroup("flume").addoption(
        "--flume-plugin",
        action="append",
        default=[],
        metavar="NAME",
        help="Check this plugin of flume, beside whatever other tests there are; may be given more than once.",
    )


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a test for each check of the plugins that are asked for."""
    for name in config.getoption("--flume-plugin"):
        from flume.checking import checks_of
        from flume.errors import FlumeError

        try:
            items += [_Checked.of(session, name, check) for check in checks_of(name)]
        except FlumeError as error:
            raise pytest.UsageError(f"--flume-plugin {name}: {error}") from error


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say how many they are, as pytest has counted the other tests alone."""
    count = sum(isinstance(item, _Checked) for item in items)
    return [f"{count} checks of {' and '.join(config.getoption('--flume-plugin'))}"] if count else []


class _Checked(pytest.Item):
    """One check."""

    check: Check

    @classmethod
    def of(cls, session: pytest.Session, plugin: str, check: Check) -> _Checked:
        """The test of this check."""
        node = f"flume-plugin-{plugin}::{check.subject}::{check.name}"
        item: _Checked = cls.from_parent(session, name=f"{check.subject}: {check.name}", nodeid=node)
        item.check = check
        return item

    def runtest(self) -> None:
        self.check.run()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        from flume.checking import CheckFailed

        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name
