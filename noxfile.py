"""Every check of the repository, each in an environment of its own.

nox                 everything that CI runs
nox -s unit -- -k sort
nox --list
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True

ROOT = Path(__file__).parent
PROJECTS = sorted([*ROOT.glob("flume-*/pyproject.toml"), *ROOT.glob("examples/flume-*/pyproject.toml")])
SOURCES = [str(project.parent.relative_to(ROOT) / "src") for project in PROJECTS]
DEV = ["-r", "requirements-dev.txt"]
PROGRAMS = {"gnuplot": "gnuplot-x11", "Xvfb": "xvfb", "chromium": "chromium", "mvn": "maven"}
"""What the integration tests draw, look at pages and get Elasticsearch with, and the Debian package of each."""


def hand_on_settings_of_pip() -> None:
    """Let uv look where pip does: it reads none of pip's configuration itself."""
    names = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS"}
    names |= {"cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY"}
    pip = [sys.executable, "-m", "pip", "config", "list"]
    for line in subprocess.run(pip, capture_output=True, text=True, check=False).stdout.splitlines():
        option, _, value = line.partition("=")
        if name := names.get(option.rpartition(".")[2]):
            os.environ.setdefault(name, value.strip("'"))


hand_on_settings_of_pip()


def install_programs(session: nox.Session) -> None:
    """Install `PROGRAMS` where this is a Debian that lets us; the tests say what they miss."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    session.run("apt-get", "update", "-qq", external=True, success_codes=[0, 100])
    session.run("apt-get", "install", "-y", "-qq", *missing, external=True, success_codes=[0, 100])


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: its rules, and one format for all."""
    session.install("ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", "--diff", ".")


@nox.session(name="format", default=False)
def format_(session: nox.Session) -> None:
    """ruff: mend what can be mended, and format."""
    session.install("ruff")
    session.run("ruff", "check", "--fix-only", ".")
    session.run("ruff", "format", ".")


@nox.session
def types(session: nox.Session) -> None:
    """mypy on every package, mypy and pyright on what users write."""
    session.install(*DEV)
    session.run("mypy", *SOURCES)
    session.run("mypy", "tests/typing")
    session.run("pyright", "--pythonpath", f"{session.bin}/python")


@nox.session(default=False)
def unit(session: nox.Session) -> None:
    """The unit tests and the examples in the docstrings, on all cores."""
    session.install(*DEV)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """The tests that talk to real servers, started for them, and draw with real programs."""
    session.install(*DEV)
    install_programs(session)
    session.run("pytest", "tests/integration", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Unit and integration tests, with the gate on how much of the code they reach."""
    session.install(*DEV)
    install_programs(session)
    session.run("coverage", "erase")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=", "--cov-fail-under=0", *session.posargs)
    # one after the other: they watch the clock, and share a server
    session.run("coverage", "run", "-m", "pytest", "tests/integration", "--durations=15", *session.posargs)
    session.run("coverage", "combine", "--append", "--quiet")
    session.run("coverage", "report")


@nox.session
def docs(session: nox.Session) -> None:
    """The site; a link that leads nowhere is an error."""
    session.install(*DEV)
    session.env["NO_MKDOCS_2_WARNING"] = "1"
    session.run("mkdocs", "build", "--strict", "--quiet", *session.posargs)


@nox.session
def wheels(session: nox.Session) -> None:
    """Packages as users get them: built, installed outside the checkout, and tried there."""
    session.install("pip", "pytest", "-e", "./flume-core", "-e", "./flume-adapter-elastic[testing]")
    install_programs(session)
    session.run("pytest", "tests/wheels", "--ignore=tests/wheels/test_scaffolds.py", *session.posargs)


@nox.session
def scaffolds(session: nox.Session) -> None:
    """What `flume plugins new` writes, of every kind: built, installed outside the checkout, and checked there."""
    session.install("pip", "pytest", "-e", "./flume-core", "-e", "./flume-adapter-elastic[testing]")
    session.run("pytest", "tests/wheels/test_scaffolds.py", *session.posargs)


@nox.session(default=False)
def downstream(session: nox.Session) -> None:
    """Packages of other people, as they are released, with this core."""
    lines = (ROOT / "tests" / "downstream.txt").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]
    if not packages:
        session.skip("tests/downstream.txt lists no package")
    for package in packages:
        session.install("--upgrade", "./flume-core[testing]", package)
        session.run("flume", "plugins", "check", package)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """How fast flume is beside its peers, those of them that are here: -- A D --points 500_000."""
    flume = ["-e", "./flume-core", "-e", "./flume-adapter-grok[fast]"]
    session.install(*flume, "duckdb", "pandas", "polars", "pygal", "pygrok")
    session.run("python", "-m", "benchmarks", *session.posargs)
