"""What programs and plugins may count on changes only where the changelog says so."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LISTING = "tests/public.txt"
CHANGES = "CHANGELOG.md"


@pytest.fixture(scope="module")
def public() -> ModuleType:
    """tests/public.py, which makes the listing."""
    spec = importlib.util.spec_from_file_location("public", ROOT / "tests" / "public.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["public"] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_public_is_what_is_listed(public: ModuleType) -> None:
    """A name, an option or a default that changes is noticed."""
    known = (ROOT / LISTING).read_text(encoding="utf-8").splitlines()
    found = public.listing()
    more = [f"+ {line}" for line in found if line not in known]
    less = [f"- {line}" for line in known if line not in found]
    assert found == known, "\n".join(
        [
            "what programs and plugins may count on has changed; if that is meant, say so in CHANGELOG.md and renew",
            f"the listing with `python tests/public.py` (docs/versions.md says what may change when):\n{chr(10)}",
            *less,
            *more,
        ]
    )


def git(*arguments: str) -> str:
    """What git says; the test is skipped where there is none, or not enough history."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout with a commit before this one")


def test_the_changelog_goes_with_it() -> None:
    """Who changes the listing, in this checkout or in its last commit, changes the changelog as well."""
    changed = git("diff", "--name-only", "HEAD").split() or git("diff", "--name-only", "HEAD^", "HEAD").split()
    assert LISTING not in changed or CHANGES in changed, (
        f"{LISTING} has changed, and {CHANGES} has not: say there what programs and plugins can count on now"
    )


def imports(text: str) -> list[str]:
    """The names that a text imports from flume, in full."""
    lines = re.findall(r"^[>. ]*from (flume(?:\.\w+)*) import ([\w, ]+)$", text, re.MULTILINE)
    return [f"{module}.{name}" for module, names in lines for name in re.split(r",\s*", names)]


AUTHORS = [
    *sorted((ROOT / "flume-core/src/flume/scaffolding/templates").rglob("*.txt")),
    *(ROOT / "docs" / page for page in ("plugins.md", "push-down.md", "views.md", "versions.md")),
    *sorted((ROOT / "docs").glob("write-*.md")),
]


@pytest.mark.parametrize("page", AUTHORS, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_authors_are_shown_what_is_public(public: ModuleType, page: Path) -> None:
    """What a new package imports, and what the pages for authors do, is promised."""
    promised = {*public.names(), *public.NAMES}
    found = [name for name in imports(page.read_text(encoding="utf-8")) if name not in promised]
    assert not found, f"{page.name} imports {', '.join(found)}: add it to NAMES in tests/public.py, or show another way"


def test_imports_are_found() -> None:
    """In code, in doctests and in blocks of a page."""
    assert imports(">>> from flume import emit, head\n    from flume.run import Run\nimport flume\n") == [
        "flume.emit",
        "flume.head",
        "flume.run.Run",
    ]
