"""Right values that are kept in files, one likelihood a line, since they take longer than fits."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from random_models.right import Right

__all__ = ["append", "digest", "read_known"]

# Modules on which right values depend.
_SOURCES = ("families", "modifiers", "generator", "likelihood", "newton", "descents", "right")

# Digits that are kept.
_CLS, _NLL = 8, 10


def digest() -> str:
    """Return a digest of the modules that make right values."""
    folder = Path(__file__).parent
    sources = (folder / f"{name}.py" for name in _SOURCES)
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def read_known(path: Path) -> dict[int, Right]:
    """Return right values by number; none where there is no file.

    A last line that was broken off is left out.
    """
    known = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):
                number, right = json.loads(line).popitem()
                known[int(number)] = Right(**right)
    return known


def append(path: Path, rights: Iterable[tuple[int, Right]]) -> None:
    """Append right values to a file."""
    with path.open("a", encoding="utf-8") as file:
        for number, right in rights:
            file.write(json.dumps({number: _rounded(asdict(right))}) + "\n")


def _rounded(document):
    """Round CLs and NLLs; parameters at the minima are for reading."""
    cls = {
        name: document[name] and [round(value, _CLS) for value in document[name]]
        for name in ("lowest", "main")
    }
    nll = {
        name: {fit: round(value, _NLL) for fit, value in document[name].items()}
        for name in ("nll", "main_nll")
    }
    pars = {
        fit: {name: round(value, 6) for name, value in at.items()}
        for fit, at in document["pars"].items()
    }
    return document | cls | nll | {"pars": pars}
