"""Run the notebooks of docs/notebooks; `make notebooks` keeps what they give.

Cells are plain Python, so no Jupyter is needed. What a cell gives is what Jupyter shows: what it
prints, its last expression, and its figures.
"""

import ast
import base64
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl

__all__ = ["EXAMPLE", "NOTEBOOKS", "PUBLISHED", "example_archive", "run"]

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "docs/notebooks"
# What the cell of parameters is given, where the notebook would ask the network, or another folder.
EXAMPLE = {
    "ARCHIVE": "example.tar",
    "WORKSPACE": str(ROOT / "resources/example/workspace.json"),
    "X": "m_parent",
    "Y": "m_lsp",
}
PUBLISHED = "pallets/1Lbb.tar.gz"  # in FITSCAN_DATA: the record that contour.ipynb downloads


def example_archive(path: Path) -> None:
    """Write the bundled likelihood as an archive of HEPData has it."""
    with tarfile.open(path, "w") as archive:
        for name, there in (("workspace.json", "BkgOnly.json"), ("patchset.json",) * 2):
            archive.add(ROOT / "resources/example" / name, there)


def run(notebook: dict[str, Any], **parameters: object) -> Iterator[list[dict[str, Any]]]:
    """Run the cells of code in the current folder; give the outputs of each (nbformat 4).

    Args:
        notebook: What the file holds.
        parameters: Variables that replace those of the cell with the tag ``parameters``.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            yield list(_outputs("".join(cell["source"]), names))
            if "parameters" in cell["metadata"].get("tags", []):
                names |= parameters


def _outputs(code: str, names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value, printed = None, StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "notebook", "exec"), names)  # noqa: S102  (our own cells)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "notebook", "eval"), names)  # noqa: S307
    if printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())}
    if value is not None and not code.endswith(";"):
        yield _output("display_data", "text/plain", _lines(repr(value)))
    yield from _pictures()


def _pictures() -> Iterator[dict[str, Any]]:
    """Give the figures that are open, and close them."""
    import matplotlib.pyplot as plt  # noqa: PLC0415  (after the backend was chosen)

    for number in plt.get_fignums():
        content = BytesIO()
        figure = plt.figure(number)
        figure.savefig(
            content, format="png", dpi=80, bbox_inches="tight", metadata={"Software": None}
        )
        plt.close(figure)
        yield _output("display_data", "image/png", base64.b64encode(content.getvalue()).decode())


def _output(kind: str, form: str, data: object) -> dict[str, Any]:
    return {"output_type": kind, "metadata": {}, "data": {form: data}}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main(data: Path) -> None:
    """Run all notebooks, those of a published likelihood too, and keep what they give."""
    mpl.use("agg")
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = json.loads(path.read_text())
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        given = {"ARCHIVE": str(data / PUBLISHED), "WORKSPACE": EXAMPLE["WORKSPACE"]}
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            for cell, outputs in zip(cells, run(notebook, **given), strict=True):
                cell["outputs"] = outputs
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(os.path.abspath(sys.argv[1])))
