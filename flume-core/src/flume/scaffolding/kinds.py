"""Kinds: what a package is called that has a thing of each kind, and what its templates are."""

from __future__ import annotations

PREFIXES = {
    "source": "flume-adapter",
    "sink": "flume-adapter",
    "adapter": "flume-adapter",
    "proc": "flume-procs",
    "reducer": "flume-procs",
    "parser": "flume-adapter",
    "view": "flume-viz",
    "runner": "flume-runner",
}
"""How the name of a distribution begins, by the kind of what it offers."""

LICENSES = ("MIT", "Apache-2.0", "BSD-3-Clause")
"""The licenses that there is a text of, by their SPDX names."""

FILES = {
    ".github/workflows/ci.yml": "package/ci.yml",
    ".gitignore": "package/gitignore",
    "README.md": "package/README.md",
    "pyproject.toml": "package/pyproject.toml",
    "src/$module/__init__.py": "package/__init__.py",
    "src/$module/$kind.py": "$kind/word.py",
    "src/$module/plugin.py": "package/plugin.py",
    "tests/test_$name.py": "$kind/test.py",
}
"""The files of a package, and the template of each."""
