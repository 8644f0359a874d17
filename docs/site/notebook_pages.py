"""Jupyter notebooks as pages: a Sphinx extension.

A notebook becomes Markdown: its cells of text as they stand, its code with what it printed, and its
pictures. Nothing is run; `make notebooks` does that, and the tests.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_parser.sphinx_ import Parser
from sphinx.application import Sphinx

__all__ = ["NotebookParser", "markdown", "setup"]


def markdown(notebook: dict[str, Any], pictures: Path, *, page: Path) -> str:
    """Return a notebook as MyST Markdown, its pictures written to a folder.

    Args:
        notebook: What the file holds (nbformat 4).
        pictures: The folder.
        page: The folder of the page, from which its links go out.
    """
    parts = []
    for number, cell in enumerate(notebook["cells"]):
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
        for output in cell.get("outputs", []):
            data = output.get("data", {"text/plain": output.get("text", [])})
            if "image/png" in data:
                picture = pictures / f"{number}.png"
                pictures.mkdir(parents=True, exist_ok=True)
                picture.write_bytes(base64.b64decode(data["image/png"]))
                parts.append(f"![]({os.path.relpath(picture, page)})")
            else:
                parts.append(f"```text\n{''.join(data['text/plain']).rstrip()}\n```")
    return "\n\n".join(parts) + "\n"


class NotebookParser(Parser):
    """A parser of notebooks, by way of that of MyST."""

    supported = ("ipynb",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a notebook into a document."""
        env = document.settings.env
        pictures = Path(env.doctreedir) / "pictures" / env.docname
        page = env.doc2path(env.docname).parent
        super().parse(markdown(json.loads(inputstring), pictures, page=page), document)


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx read files that end in .ipynb."""
    app.setup_extension("myst_parser")
    app.add_source_suffix(".ipynb", "ipynb")
    app.add_source_parser(NotebookParser)
    return {"version": "1", "parallel_read_safe": True}
