"""Runs the examples, and keeps what they draw: python docs/gallery.py

The pictures of `docs/gallery/` are drawn anew, and the outputs of the notebooks.  A folder as an argument is used in
place of `docs/gallery/`, and leaves the notebooks alone.  It needs gnuplot and Xvfb, to take a picture of a window.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
NOTEBOOKS = sorted((EXAMPLES / "pygal" / "jupyter-notebooks").glob("*.ipynb"))
PICTURES = {
    "days_of_the_month_barchart.png": "pygal/png/days_of_the_month_barchart.py",
    "days_of_the_month_multiyear_barchart.png": "pygal/png/days_of_the_month_multiyear_barchart.py",
    "top_talkers_piechart.png": "pygal/png/top_talkers_piechart.py",
    "days_of_the_month_barchart.html": "pygal/html/days_of_the_month_barchart.py",
    "days_of_the_month_barchart.svg": "pygal/html/days_of_the_month_barchart.py",
    "sine_linechart.html": "pygal/html/sine_linechart.py",
    "sine_linechart.svg": "pygal/html/sine_linechart.py",
    "top_talkers_barchart.html": "pygal/html/top_talkers_barchart.py",
    "top_talkers_barchart.svg": "pygal/html/top_talkers_barchart.py",
}
"""Each picture, and the example that draws it."""
WINDOWS = {"days_of_the_month_window.png": "gnuplot/x11/days_of_the_month_barchart.py"}
"""The same of windows."""


def draw(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, example in PICTURES.items():
        subprocess.run([sys.executable, EXAMPLES / example, folder / name], check=True, stderr=subprocess.DEVNULL)
    for name, example in WINDOWS.items():
        photograph(example).save(folder / name, optimize=True)


def photograph(example: str) -> Any:
    """What an example shows on a display that nobody sees."""
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        size = [
            "-displayfd",
            str(write),
            "-screen",
            "0",
            "1280x800x24",
            "-fbdir",
            folder,
            "-nolisten",
            "tcp",
            "-nocursor",
        ]
        display = subprocess.Popen(["Xvfb", *size], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        try:
            with os.fdopen(read) as told:
                environ = os.environ | {"DISPLAY": f":{told.readline().strip()}"}
            subprocess.run([sys.executable, EXAMPLES / example], env=environ, check=True)
            return screen(settled(Path(folder, "Xvfb_screen0")))
        finally:
            display.terminate()
            display.wait()


def settled(file: Path) -> bytes:
    """The dump of a screen on which nothing changes any more: a process draws on it that tells nobody when."""
    dumps = [file.read_bytes()]
    for _ in range(60):
        time.sleep(0.5)
        dumps = [*dumps[-2:], file.read_bytes()]
        if len({*dumps}) == 1 and any(dumps[0][-4_000_000:]):
            break
    return dumps[-1]


def screen(dump: bytes) -> Any:
    """The picture in a dump of the screen (xwd), without the black around it."""
    from PIL import Image

    header = struct.unpack(">25I", dump[:100])
    start, width, height, colours = header[0] + 12 * header[19], header[4], header[5], 64
    picture = Image.frombytes("RGB", (width, height), dump[start:], "raw", "BGRX")
    return picture.crop(picture.getbbox()).quantize(colours)


def execute(notebook: Path) -> Any:
    """A notebook with the outputs that its cells have now."""
    import nbformat
    from nbclient import NotebookClient

    cells = nbformat.read(notebook, as_version=4)
    quiet = ["--log-level=ERROR"]
    client = NotebookClient(cells, kernel_name="python3", timeout=60, record_timing=False, extra_arguments=quiet)
    client.execute(cwd=str(notebook.parent))
    cells.metadata.pop("language_info", None)  # it would name the Python of whoever runs this
    return cells


def main() -> None:
    import nbformat

    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "gallery")
    if len(sys.argv) == 1:
        for notebook in NOTEBOOKS:
            nbformat.write(execute(notebook), notebook)


if __name__ == "__main__":
    main()
