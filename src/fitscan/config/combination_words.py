"""What a combination says beside its numbers, put together from what its parts say.

Takes the settings of the parts; gives those of the combination under the same keys, ``cite`` and
``hepdata`` of an analysis. Lists are joined; anything else stands only where all parts say the
same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["combined_cite", "combined_hepdata"]

Settings = Mapping[str, Any]


def combined_cite(parts: Sequence[Settings]) -> dict[str, Any]:
    """Return ``cite``: the publications of all parts, and the record that they share."""
    cites = [part["cite"] for part in parts]
    papers = dict.fromkeys(filter(None, (cite["paper"] for cite in cites)))
    return {
        "paper": "; ".join(papers) or None,
        "hepdata": _common([cite["hepdata"] for cite in cites if cite["hepdata"]]),
        # The report has those of the parts already.
        "bibtex": None,
    }


def combined_hepdata(parts: Sequence[Settings]) -> dict[str, Any]:
    """Return ``hepdata``: lists of all parts in one, and what the parts share."""
    said = [part["hepdata"] for part in parts]
    combined = {key: _common([each[key] for each in said]) for key in said[0]}
    for key in ("reactions", "observables", "phrases"):
        combined[key] = list(dict.fromkeys(item for each in said for item in each[key]))
    related = [each["related"] for each in said if each["related"] is not None]
    return combined | {
        "related": sorted({record for each in related for record in each}) or None,
        # The names of labels are those of the first part.
        "units": {label: unit for each in reversed(said) for label, unit in each["units"].items()},
    }


def _common(values: Sequence[Any]) -> Any:
    """Return what all are, or None."""
    return values[0] if values and all(value == values[0] for value in values) else None
