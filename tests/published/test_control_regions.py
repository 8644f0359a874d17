"""Published likelihoods: no signal looks as if it was in the wrong region."""

import json
import tarfile

import pytest

from fitscan.likelihood import apply_patch
from fitscan.likelihood.control_regions import check_regions, misplaced
from fitscan.likelihood.regions import RegionCounter


@pytest.mark.parametrize(
    ("name", "folder", "found"),
    [
        ("1Lbb", "", 5),
        ("3L-RJ", "", 0),
        *(("staus", f"Region-{region}/", 1) for region in ("combined", "lowMass", "highMass")),
    ],
)
def test_published_likelihoods_have_signals_where_they_belong(data_folder, name, folder, found):
    """Some of their control regions have enough background to be known by it."""
    with tarfile.open(data_folder / f"pallets/{name}.tar.gz") as tar:
        files = {member: json.load(tar.extractfile(member)) for member in wanted(tar, folder)}
    workspace = files.pop(f"{folder}BkgOnly.json")
    (content, *_), measurement = files.values(), workspace["measurements"][0]["name"]
    signals = (
        {patch["metadata"]["name"]: patch["patch"] for patch in content["patches"]}
        if isinstance(content, dict)
        else files
    )
    counter = RegionCounter(workspace)
    for point, operations in signals.items():
        counter.count(
            point, apply_patch(workspace, operations, where=point), measurement=measurement
        )
    regions = check_regions(counter.counted(list(signals)), None)
    assert sum(bool(region.control) for region in regions.regions) == found
    assert misplaced(regions) == ""
    named = [region.name for region in regions.regions if not region.name.startswith("SR")]
    remark = misplaced(check_regions(counter.counted(list(signals)), named))
    # Its control regions really have most of the signal.
    assert bool(remark) == (name == "3L-RJ")


def wanted(tar, folder):
    return [
        name
        for name in tar.getnames()
        if name.startswith(folder) and name.endswith(".json") and "/" not in name[len(folder) :]
    ]
