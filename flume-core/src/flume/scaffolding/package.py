"""Package: the files of a new plugin."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from string import Template

from flume.errors import FlumeError, UsageError
from flume.hookspecs import API, HOOKS
from flume.scaffolding.kinds import FILES, LICENSES, PREFIXES
from flume.scaffolding.naming import check_name

_IMPORT = r"^[\s>.]*(?:from (?!{module}\b)\S+ )?import (?:.*[ ,])?{name}\b"


@dataclass(frozen=True)
class Package:
    """A package that offers one word.

    :param name: of the word, and of the plugin. :param kind: of the word: one of `PREFIXES`.
    :param license: one of `LICENSES`.
    :raises UsageError: one of them cannot be had.

    >>> package = Package("word_count", "reducer")
    >>> package.distribution, package.module
    ('flume-procs-word-count', 'flume_procs_word_count')
    >>> sorted(package.files())[-1]
    'tests/test_word_count.py'
    """

    name: str
    kind: str
    license: str = LICENSES[0]

    def __post_init__(self) -> None:
        if self.kind not in PREFIXES:
            raise UsageError(f"no kind called {self.kind!r}; there are {', '.join(PREFIXES)}")
        if self.license not in LICENSES:
            raise UsageError(f"there is no text of the license {self.license!r}; there are {', '.join(LICENSES)}")
        check_name(self.name)
        pattern = re.compile(_IMPORT.format(module=self.module, name=self.name), re.MULTILINE)
        if any(pattern.search(text) for path, text in self.files().items() if path.endswith((".py", ".md"))):
            raise UsageError(f"{self.name!r} is what the package imports under that name; choose another")

    @property
    def distribution(self) -> str:
        """How it is installed."""
        return f"{PREFIXES[self.kind]}-{self.name.replace('_', '-')}"

    @property
    def module(self) -> str:
        """How it is imported."""
        return self.distribution.replace("-", "_")

    @cached_property
    def _values(self) -> dict[str, str]:
        from importlib.metadata import version

        core = version("flume-core")
        values = {
            "name": self.name,
            "kind": self.kind,
            "license": self.license,
            "distribution": self.distribution,
            "module": self.module,
            "Class": "".join(part.capitalize() for part in self.name.split("_")),
            "hook": HOOKS[self.kind],
            "api": str(API),
            "core": core,
            "next_major": str(int(core.partition(".")[0]) + 1),
            "year": str(datetime.now(UTC).year),
        }
        return values | {"use": _filled(f"templates/{self.kind}/use.md", values).rstrip("\n")}

    def files(self) -> dict[str, str]:
        """The text of each file, by its path in the package."""
        paths = {Template(path).substitute(self._values): template for path, template in FILES.items()}
        texts = {
            path: _filled(f"templates/{Template(template).substitute(self._values)}", self._values)
            for path, template in paths.items()
        }
        license = _filled(f"licenses/{self.license}", self._values)
        return texts | {"LICENSE": license, f"src/{self.module}/py.typed": ""}

    def write(self, directory: Path) -> Path:
        """Write it into a folder of its own in *directory*, all or nothing; the folder.

        Raises `UsageError` where there is no such directory, or it has that folder, and `FlumeError` where it cannot be
        written.
        """
        target = directory / self.distribution
        if not directory.is_dir():
            raise UsageError(f"there is no directory {str(directory)!r}; make it first, or give another")
        if target.exists() or target.is_symlink():
            raise UsageError(f"{str(target)!r} is there already; remove it, or give another name or --directory")
        try:
            # in the same directory, so that it can be renamed; a folder inside, as only its owner may enter this one
            with tempfile.TemporaryDirectory(prefix=f".{self.distribution}-", dir=directory) as temporary:
                folder = Path(temporary, self.distribution)
                for path, text in self.files().items():
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (folder / path).write_text(text, encoding="utf-8", newline="\n")
                folder.rename(target)
        except OSError as error:
            raise FlumeError(f"cannot write {str(target)!r}: {error.strerror}") from error
        return target


def _filled(template: str, values: Mapping[str, str]) -> str:
    text = resources.files("flume.scaffolding").joinpath(f"{template}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(values)
