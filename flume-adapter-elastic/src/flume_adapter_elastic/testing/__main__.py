"""`python -m flume_adapter_elastic.testing`: an Elasticsearch to try things with, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from flume_adapter_elastic.testing import InstallationError, Server, ServerError
from flume_adapter_elastic.testing.installation import DEFAULT, VERSIONS


def main() -> int:
    """Start a server, print its address, and wait."""
    parser = argparse.ArgumentParser(prog="python -m flume_adapter_elastic.testing", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument("--version", choices=VERSIONS, default=DEFAULT, help="default: %(default)s")
    parser.add_argument("--memory", type=int, default=512, metavar="MB", help="its heap (default: %(default)s)")
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, help="what to run when it answers, with ELASTICSEARCH_URL set"
    )
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # who starts it in the background may have had them ignored
        signal.signal(number, signal.default_int_handler)
    try:
        print("Elasticsearch starts; this takes some ten seconds.", file=sys.stderr)  # noqa: T201
        with Server(options.version, port=options.port, memory=options.memory) as server:
            print(server.url, flush=True)  # noqa: T201
            if options.command:
                environ = os.environ | {"ELASTICSEARCH_URL": server.url}
                if status := subprocess.run(options.command, env=environ, check=False).returncode:
                    return status
            print("Ctrl-C stops it and removes what it was given.", file=sys.stderr)  # noqa: T201
            signal.pause()
    except (InstallationError, ServerError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
