"""The tutorial for authors of adapters: the page of the adapter among the examples that it makes.

mkdocs calls `on_files` (see `hooks` in mkdocs.yml).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "examples" / "flume-adapter-sqlite" / "README.md"


def on_files(files: Any, config: Any) -> Any:
    """Add the page, as if it were a file."""
    from mkdocs.structure.files import File

    text = PAGE.read_text(encoding="utf-8").replace("# flume-adapter-sqlite", "# A first adapter", 1)
    files.append(File.generated(config, "first-adapter.md", content=text))
    return files
