"""`python -m flume_adapter_elastic.testing`: an Elasticsearch to try things with, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys

from flume_adapter_elastic.testing import InstallationError, Server, ServerError
from flume_adapter_elastic.testing.installation import DEFAULT, VERSIONS


def main() -> int:
    """Start a server, print its address, and wait."""
    parser = argparse.ArgumentParser(prog="python -m flume_adapter_elastic.testing", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument("--version", choices=VERSIONS, default=DEFAULT, help="default: %(default)s")
    options = parser.parse_args()
    try:
        with Server(options.version, port=options.port) as server:
            print(server.url, flush=True)  # noqa: T201
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
