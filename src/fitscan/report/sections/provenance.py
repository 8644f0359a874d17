"""Where the results came from: inputs with digests, software, configuration; and the data to take.

Takes provenance.json, see docs/provenance.md; a page without it has no such section.
"""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from fitscan.errors import FitscanError
from fitscan.report.run import Run

__all__ = ["TITLE", "show"]

TITLE = "Provenance and data"


@dataclass(frozen=True)
class Provenance:
    """The record of the run, and its configuration as people write it.

    Attributes:
        record: See ``fitscan.provenance``.
        configuration: All of the configuration, as YAML.
        path: Name of the file with the record, beside the report.
    """

    record: dict[str, Any]
    configuration: str
    path: str

    @property
    def crate(self) -> str:
        """Name of the file with the RO-Crate, beside the report."""
        return self.path.replace("provenance.json", "ro-crate-metadata.json")

    @property
    def revision(self) -> str:
        """The revision of fitscan; nothing where it is not known."""
        own = self.record["software"]["fitscan"]
        edited = ", edited since" if own.get("dirty") else ""
        return f"{own['revision']}{edited}" if "revision" in own else ""


def show(run: Run) -> Provenance | None:
    """Return the record of the run, if there is one."""
    path = next((path for path in run.files if path.endswith("provenance.json")), None)
    if path is None:
        return None
    try:
        record = json.loads(run.files[path])
    except ValueError as error:
        raise FitscanError(
            f"results/{path} is damaged", value=str(error), hint="delete it, and start again"
        ) from None
    configuration = yaml.safe_dump(record["configuration"], sort_keys=False, allow_unicode=True)
    return Provenance(record, configuration, path)
