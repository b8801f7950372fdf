"""Certificate: what a server of the tests proves who it is with."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

_MAKE = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def certificate(folder: Path) -> Path:
    """Make the certificate of a server on this machine, vouched for by itself, with the program `openssl`.

    Returns the file of the certificate, in *folder*; its key stands beside it.  Raises `FileNotFoundError` where the
    program is missing.
    """
    if shutil.which("openssl") is None:
        raise FileNotFoundError("a certificate is made by the program openssl, which is not installed")
    made, key = folder / "certificate.pem", folder / "key.pem"
    extra = ["-addext", _NAMES, "-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    subprocess.run([*_MAKE.split(), *extra, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made


def context(made: Path) -> ssl.SSLContext:
    """The context of a server that shows the certificate *made*."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made, made.with_name("key.pem"))
    return server
