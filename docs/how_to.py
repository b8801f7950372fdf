"""Writes what the pages for authors show of others: python docs/how_to.py

- A block with `title="PATH"` is the file of that path in the package that the page makes by `flume plugins new`.
- What stands behind `<!-- laws of SUITE -->` are the laws of that suite of `flume.testing`, from its docstrings.

So an author sees what `flume plugins new` writes and what the suite asks for, and nobody has to keep the pages so.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from flume import testing
from flume.scaffolding.package import Package

DOCS = Path(__file__).parent
PAGES = sorted(DOCS.glob("write-*.md"))
_NEW = re.compile(r"^\$ flume plugins new (?P<name>\w+) --kind (?P<kind>\w+)$", re.MULTILINE)
_FILE = re.compile(r'(?P<open>^```\w+ title="(?P<path>[^"]*/[^"]+)"\n).*?(?=^```$)', re.MULTILINE | re.DOTALL)
_LAWS = re.compile(r"(?P<open>^<!-- laws of (?P<suite>\w+) -->\n\n?)(?:^(?:- |  ).*\n)*", re.MULTILINE)


def renewed(page: str) -> str:
    """The text of a page with the files and laws as they are now.

    >>> page = renewed("<!-- laws of SourceSuite -->\\n\\n- An old one.\\n\\nText.")
    >>> "- It gives the same points again" in page, "An old one" in page, page[-5:]
    (True, False, 'Text.')
    """
    files = {
        f"{package.distribution}/{path}": text
        for package in (Package(found["name"], found["kind"]) for found in _NEW.finditer(page))
        for path, text in package.files().items()
    }
    page = _FILE.sub(lambda found: found["open"] + files[found["path"]], page)
    return _LAWS.sub(lambda found: found["open"] + "".join(f"- {law}\n" for law in laws(found["suite"])), page)


def laws(suite: str) -> Iterator[str]:
    """What the tests of a suite say of themselves: its own, in the order written, then those that it shares.

    What a suite has of other suites is left out.
    """
    cls = getattr(testing, suite)
    suites = [getattr(testing, name) for name in testing.__all__ if name.endswith("Suite")]
    others = {each for other in suites if other is not cls and issubclass(cls, other) for each in other.__mro__}
    for each in cls.__mro__:
        for name, law in vars(each).items():
            if name.startswith("test") and each not in others:
                yield " ".join((inspect.getdoc(law) or name).partition("\n\n")[0].split())


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
