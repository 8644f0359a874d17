"""What a run is called: runs of several configurations in one folder keep their reports."""

import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["run_name"]

_USUAL = "config"  # config/config.yaml
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


def run_name(given: str | None, files: Sequence[str | Path]) -> str:
    """Return the name of a run, which its report and its record begin with; empty for no name.

    >>> run_name(None, ["my scan.yaml", "local.yaml"]), run_name(None, ["config/config.yaml"])
    ('my-scan', '')

    Args:
        given: The name in the configuration, if there is one.
        files: The files of the configuration, those of the command line first.
    """
    if given is not None:
        return given
    name = _OTHER.sub("-", Path(files[0]).stem).strip("-") if files else ""
    return "" if name == _USUAL else name
