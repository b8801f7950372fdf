"""fake_plugin: a package that looks installed, without pip, to test broken, clashing and old plugins."""

from __future__ import annotations

import importlib
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flume.hookspecs import GROUP


@contextmanager
def fake_plugin(
    name: str,
    entry_points: Mapping[str, str],
    modules: Mapping[str, str],
    *,
    version: str = "1.0",
    editable: bool = False,
    commands: Mapping[str, str] | None = None,
) -> Iterator[Path]:
    """A distribution on `sys.path` for as long as the block lasts; gives the directory that it is in.

    *name*: the distribution's; *entry_points*: the name of each plugin and its module; *modules*: the source of each
    module by its dotted name (packages are made as needed); *editable*: with `.egg-info` beside `.dist-info`, so that
    it is visible twice, as an editable install is; *commands*: the name of each command and its place,
    `"module:function"`.  Afterwards the modules are forgotten.

    >>> from flume.registry import Registry
    >>> source = '''
    ... from flume import hookimpl
    ...
    ... @hookimpl
    ... def flume_reducers():
    ...     return {'biggest': max}
    ... '''
    >>> with fake_plugin('acme-flume', {'acme': 'acme_flume'}, {'acme_flume': source}):
    ...     Registry(core=None).find('reducer', 'biggest')
    <built-in function max>
    """
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        groups = {GROUP: entry_points, "flume.commands": commands or {}}
        _write_metadata(root / f"{name.replace('-', '_')}-{version}.dist-info", "METADATA", name, version, groups)
        if editable:
            _write_metadata(root / f"{name.replace('-', '_')}.egg-info", "PKG-INFO", name, version, groups)
        for module, source in modules.items():
            _write_module(root, module, modules, source)
        sys.path.insert(0, directory)
        importlib.invalidate_caches()
        try:
            yield root
        finally:
            sys.path.remove(directory)
            own = {module.partition(".")[0] for module in modules}
            for module in [module for module in sys.modules if module.partition(".")[0] in own]:
                del sys.modules[module]
            importlib.invalidate_caches()


def _write_metadata(
    directory: Path, file: str, name: str, version: str, groups: Mapping[str, Mapping[str, str]]
) -> None:
    directory.mkdir()
    (directory / file).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    sections = ["\n".join([f"[{group}]", *map(" = ".join, points.items())]) for group, points in groups.items()]
    (directory / "entry_points.txt").write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _write_module(root: Path, module: str, modules: Mapping[str, str], source: str) -> None:
    *packages, last = module.split(".")
    path = root
    for package in packages:
        path /= package
        path.mkdir(exist_ok=True)
        (path / "__init__.py").touch()
    if any(other.startswith(f"{module}.") for other in modules):
        (path / last).mkdir(exist_ok=True)
        path, last = path / last, "__init__"
    (path / f"{last}.py").write_text(textwrap.dedent(source), encoding="utf-8")
