"""Runs the examples, and keeps what they draw: python docs/gallery.py

The pictures of `docs/gallery/` are drawn anew, and the outputs of the notebooks.  A folder as an argument is used in
place of `docs/gallery/`, and leaves the notebooks alone.
"""

from __future__ import annotations

import subprocess
import sys
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
    "sine_linechart.html": "pygal/html/sine_linechart.py",
    "top_talkers_barchart.html": "pygal/html/top_talkers_barchart.py",
}
"""Each picture, and the example that draws it."""


def draw(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, example in PICTURES.items():
        subprocess.run([sys.executable, EXAMPLES / example, folder / name], check=True, stderr=subprocess.DEVNULL)


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
