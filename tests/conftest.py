"""What tests of several kinds share: published data, and a small likelihood."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests on stacks in one process, and those of a file of workflow tests.

    The ports of stacks are fixed; tests of a file of workflow tests share a finished run. The
    largest groups start first, so that no long test is left for the end.

    pytest-xdist 3.8 has `--dist loadgroup` for it, which pytest 9.2 makes a silent nothing.
    """
    # Imported here, since tests also run without the plugin.
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/executors/"):
                return "stacks"
            return (
                nodeid.split("::", maxsplit=1)[0]
                if nodeid.startswith("tests/workflow/")
                else nodeid
            )

    return Together(config, log)


# Tests that need more than a Python environment: programs of the system, published likelihoods, or
# another environment.
_BEYOND = ("tests/browser/", "tests/published/", "tests/wheel/", "tests/executors/test_slurm.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that `make test` leaves to `make test-all`."""
    for item in items:
        name = item.nodeid
        stacks = name.startswith("tests/executors/") and (
            "globus_compute" in name or {"stack", "mortal_stack"} & set(item.fixturenames)
        )
        if name.startswith(_BEYOND) or stacks:
            item.add_marker("beyond")


@pytest.fixture(scope="session")
def project_folder() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with published likelihoods; without it a test is skipped.

    In CI it fails, unless FITSCAN_DATA is set to nothing, which says that there are none.
    """
    named = os.environ.get("FITSCAN_DATA", str(PROJECT.parent / "shared" / "data"))
    folder = Path(named).absolute()
    if not (named and (folder / "pallets").is_dir()):
        message = f"no published likelihoods in {folder}: set FITSCAN_DATA"
        pytest.fail(message) if named and os.environ.get("CI") else pytest.skip(message)
    return folder


def tiny_workspace(bins: int = 4) -> dict[str, Any]:
    """A search in one channel with a free background; fits take some 20 ms."""
    background = [40.0 / (number + 1) for number in range(bins)]
    return {
        "version": "1.0.0",
        "channels": [
            {
                "name": "SR",
                "samples": [
                    {
                        "name": "background",
                        "data": background,
                        "modifiers": [
                            {"name": "mu_bkg", "type": "normfactor", "data": None},
                            {
                                "name": "stat_SR",
                                "type": "staterror",
                                "data": [0.1 * rate for rate in background],
                            },
                        ],
                    }
                ],
            }
        ],
        "observations": [{"name": "SR", "data": [float(round(rate)) for rate in background]}],
        "measurements": [{"name": "nominal", "config": {"poi": "mu_SIG", "parameters": []}}],
    }


def tiny_patch(strength: float, bins: int = 4) -> list[dict[str, Any]]:
    """A signal that adds ``strength`` events, most of them in the last bins."""
    shares = [2 * (number + 1) / (bins * (bins + 1)) for number in range(bins)]
    sample = {
        "name": "signal",
        "data": [round(strength * share, 6) for share in shares],
        "modifiers": [
            {"name": "mu_SIG", "type": "normfactor", "data": None},
            {"name": "theory", "type": "normsys", "data": {"hi": 1.1, "lo": 0.9}},
        ],
    }
    return [{"op": "add", "path": "/channels/0/samples/1", "value": sample}]


def tiny_patchset(
    points: Sequence[tuple[float, float]], workspace: dict[str, Any]
) -> dict[str, Any]:
    """A patchset over a plane of masses: the heavier, the fewer events."""
    from pyhf.utils import digest  # noqa: PLC0415

    bins = len(workspace["observations"][0]["data"])
    return {
        "version": "1.0.0",
        "metadata": {
            "description": "tiny",
            "references": {"hepdata": "ins0000000"},
            "digests": {"sha256": digest(workspace)},
            "labels": ["m1", "m2"],
        },
        "patches": [
            {
                "metadata": {"name": f"m_{m1}_{m2}", "values": [m1, m2]},
                "patch": tiny_patch(6000.0 / (m1 + m2 / 10), bins),
            }
            for m1, m2 in points
        ],
    }


@pytest.fixture(scope="session")
def tiny() -> Any:
    """The builders above: ``tiny.workspace``, ``tiny.patch``, ``tiny.patchset``, ``tiny.write``."""

    class Tiny:
        workspace = staticmethod(tiny_workspace)
        patch = staticmethod(tiny_patch)
        patchset = staticmethod(tiny_patchset)

        @staticmethod
        def write(path: Path, document: Any) -> None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document))

    return Tiny


@pytest.fixture(scope="session")
def write_case() -> Any:
    """Write workspace.json and patchset.json of a file of tests/cases into a folder."""

    def write(name: str, folder: Path) -> dict[str, Any]:
        case = json.loads((PROJECT / "tests" / "cases" / f"{name}.json").read_text())
        folder.mkdir(parents=True, exist_ok=True)
        for part in ("workspace", "patchset"):
            (folder / f"{part}.json").write_text(json.dumps(case[part]))
        return dict(case)

    return write
