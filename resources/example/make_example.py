"""Write the example likelihood, or check that what lies here is what this script writes.

    python resources/example/make_example.py            # rewrite the files beside this script
    python resources/example/make_example.py --check    # exit 1 if any of them differs

Takes the tables in `toy_analysis`, `toy_background` and `toy_signal`; gives ``workspace.json``,
``patchset.json``, ``cross_section.csv`` and ``SHA256SUMS``, the same bytes on every machine.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from toy_analysis import Json
from toy_background import workspace
from toy_signal import GRID_GEV, LABELS, cross_section_fb, patch, theory_error

from fitscan.files import write_bytes

__all__ = ["files", "main"]

HERE = Path(__file__).resolve().parent
WIDTH = 100  # columns; what fits in a line is written in one

DESCRIPTION = (
    "Toy analysis generated for fitscan: a fictional search for chargino and neutralino pairs "
    "decaying to W, Z and two LSPs. No collaboration's data, simulation or result."
)


def digest(document: Json) -> str:
    """The sha256 of a document as ``pyhf.utils.digest`` computes it."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def patchset(background: Json) -> Json:
    """All hypotheses, in pyhf's patchset format, bound to ``background`` by its digest."""
    metadata = {
        "description": DESCRIPTION,
        # The format asks for a record; there is none, and this number belongs to nobody.
        "references": {"hepdata": "ins0000000"},
        "licence": "CC0-1.0",
        "labels": LABELS,
        "digests": {"sha256": digest(background)},
    }
    patches = [patch(m_parent, m_lsp) for m_parent, row in GRID_GEV.items() for m_lsp in row]
    return {"metadata": metadata, "patches": patches, "version": "1.0.0"}


def cross_sections() -> str:
    """The cross-section in fb along the first label, as an analysis takes it."""
    rows = [
        f"{m_parent},{cross_section_fb(m_parent):.5g},{100.0 * theory_error(m_parent):.4g}\n"
        for m_parent in GRID_GEV
    ]
    return "".join([f"{LABELS[0]},cross_section,uncertainty_percent\n", *rows])


def layout(value: object, indent: int = 0, used: int = 0) -> str:
    """JSON with one space of indentation, in which short lists and objects stay on one line.

    Args:
        value: What to write.
        indent: The depth of ``value``.
        used: Columns taken on its first line by a key before it.
    """
    line = json.dumps(value)
    if len(line) + indent + used < WIDTH or not isinstance(value, dict | list):
        return line
    pad = "\n" + " " * (indent + 1)
    if isinstance(value, list):
        parts, ends = [layout(v, indent + 1) for v in value], "[]"
    else:
        keys = {json.dumps(k) + ": ": v for k, v in value.items()}
        parts, ends = [k + layout(v, indent + 1, len(k)) for k, v in keys.items()], "{}"
    return f"{ends[0]}{pad}{f',{pad}'.join(parts)}\n{' ' * indent}{ends[1]}"


def files() -> dict[str, bytes]:
    """Every generated file, by name."""
    background = workspace()
    made = {"patchset.json": patchset(background), "workspace.json": background}
    content = {name: (layout(document) + "\n").encode() for name, document in made.items()}
    content["cross_section.csv"] = cross_sections().encode()
    sums = [f"{hashlib.sha256(raw).hexdigest()}  {name}\n" for name, raw in content.items()]
    return content | {"SHA256SUMS": "".join(sums).encode()}


def main(arguments: list[str] | None = None) -> int:
    """Write or check the files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write the example likelihood.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    parser.add_argument("--folder", type=Path, default=HERE, help="where (default: beside this)")
    options = parser.parse_args(arguments)
    differing = []
    for name, content in files().items():
        path: Path = options.folder / name
        if options.check:
            if not path.is_file() or path.read_bytes() != content:
                differing.append(name)
        else:
            write_bytes(path, content)
    for name in differing:
        print(f"{name} is not what make_example.py writes: run it again.", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
