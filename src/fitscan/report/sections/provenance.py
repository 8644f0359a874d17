"""Where the results came from: inputs with digests, software, configuration; and the data to take.

Takes provenance.json, see docs/provenance.md; a page without it has no such section.
"""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "Provenance and data"


@dataclass(frozen=True)
class Provenance:
    """The record of the run, and its configuration as people write it.

    Attributes:
        record: See ``fitscan.provenance``.
        configuration: All of the configuration, as YAML.
    """

    record: dict[str, Any]
    configuration: str

    @property
    def revision(self) -> str:
        """The revision of fitscan; nothing where it is not known."""
        own = self.record["software"]["fitscan"]
        edited = ", edited since" if own.get("dirty") else ""
        return f"{own['revision']}{edited}" if "revision" in own else ""


def show(run: Run) -> Provenance | None:
    """Return the record of the run, if there is one."""
    text = run.files.get("provenance.json")
    if text is None:
        return None
    record = json.loads(text)
    configuration = yaml.safe_dump(record["configuration"], sort_keys=False, allow_unicode=True)
    return Provenance(record, configuration)
