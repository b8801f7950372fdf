"""What the documentation keeps of the examples is what they draw: its pictures, and the outputs of the notebooks."""

from __future__ import annotations

import gc
import html
import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "gallery"
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "examples"
DRAWING = sorted(path for path in EXAMPLES.rglob("*.*") if "chart" in path.stem and path.suffix in (".py", ".ipynb"))
NOTEBOOKS = [path for path in DRAWING if path.suffix == ".ipynb"]
DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    """docs/gallery.py, which makes them."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_every_example_is_shown(path: Path) -> None:
    assert (path.name if path.suffix == ".ipynb" else f'"examples/{path.relative_to(EXAMPLES).as_posix()}"') in PAGE


# -- pictures -----------------------------------------------------------------------------------


def values(markup: str) -> list[float]:
    """The values that a chart by pygal shows at the mouse."""
    return [float(value) for value in re.findall(r'<desc class="value">([^<]*)</desc>', markup)]


def texts(markup: str) -> list[str]:
    """The texts of a chart."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", markup)


def test_the_pictures_are_those_of_the_examples(gallery: ModuleType, need: Callable[..., None], tmp_path: Path) -> None:
    """As many, each as large and with the same in it; not to the dot, as fonts and libraries differ."""
    need("gnuplot", "Xvfb")
    gallery.draw(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in KEPT.iterdir())
    for path in tmp_path.iterdir():
        kept = KEPT / path.name
        assert f"gallery/{path.name}" in PAGE
        if path.suffix == ".png":
            with Image.open(path) as new, Image.open(kept) as old:
                assert new.size == old.size
                difference = ImageChops.difference(new.convert("RGB"), old.convert("RGB"))
                assert max(ImageStat.Stat(difference).mean) < 4
        else:
            new, old = path.read_text(encoding="utf-8"), kept.read_text(encoding="utf-8")
            assert texts(new) == texts(old)
            assert values(new) == values(old)
            assert len(texts(new)) > 5


# -- notebooks ----------------------------------------------------------------------------------


@pytest.fixture
def _untidy() -> Iterator[None]:
    """The client of Jupyter leaves event loops to the garbage collector: here and now."""
    yield
    gc.collect()


def outputs(notebook: Any) -> list[list[str]]:
    """For each cell of code the media types of its outputs."""
    return [
        sorted(kind for output in cell.outputs for kind in output.get("data", {output.output_type: ""}))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("_untidy")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_has_kept(gallery: ModuleType, path: Path) -> None:
    """Every cell runs, and its outputs are of the kinds that are kept in the file."""
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    executed = gallery.execute(path)
    assert outputs(executed) == outputs(kept)
    assert any(outputs(kept))
    if path.stem == "days_of_the_month_barchart":
        pages = [output.data["text/html"] for cell in executed.cells for output in cell.get("outputs", [])][1:]
        assert [values(html.unescape(page)) for page in pages] == [DAYS, [31, 29, *DAYS[2:], *DAYS]]


def test_a_notebook_has_all_that_a_notebook_shows() -> None:
    """Tables and pages, pictures of both kinds, text."""
    kinds = {kind for path in NOTEBOOKS for cell in outputs(nbformat.read(path, as_version=4)) for kind in cell}
    assert kinds == {"text/html", "image/svg+xml", "image/png", "text/plain"}
