"""A shard: its wanted points are fitted, and a file that is there already is left alone."""

import hashlib
import json

import pytest
from scan_settings import COMPILED
from scripted import Scripted

from fitscan import strictjson
from fitscan.dispatch.shard import fit_shard
from fitscan.engines.registry import engine_version
from fitscan.errors import PlanError
from fitscan.kinds.registry import REGISTRY
from fitscan.likelihood import Point
from fitscan.plan.scan import Scan
from fitscan.plan.shards import read_shard


@pytest.fixture
def fit(tmp_path):
    """Fit the shard with these keys, of which the scan wants k0 and k1."""
    patch = json.dumps({"patch": []}).encode()
    (tmp_path / "patchset.json").write_bytes(patch)
    digest, content = strictjson.digest([]), hashlib.sha256(patch).hexdigest()
    scan = Scan(
        settings=COMPILED,
        workspace="w" * 64,
        engine=engine_version(COMPILED),
        kind=REGISTRY["asymptotic"].version,
        unkeyed_settings=(),
        columns=(),
        unfitted_row={},
        labels=("m",),
        points=tuple(
            Point(f"p{n}", (float(n),), digest, 0, len(patch), content=content) for n in range(2)
        ),
        keys=("k0", "k1"),
        first_keys=("k0", "k1"),
    )

    def call(keys, executor):
        shard = tmp_path / "shards" / "s.json"
        fit_shard(
            scan,
            keys,
            workspace=tmp_path / "workspace.json",
            patchset=tmp_path / "patchset.json",
            shard=shard,
            executor=executor,
            name="a, hypotest",
        )
        return shard

    return call


def test_only_what_is_still_wanted_is_fitted(fit):
    executor = Scripted()
    assert [row["key"] for row in read_shard(fit(["k1", "gone"], executor))] == ["k1"]
    assert executor.asked == ["k1"]


def test_a_shard_of_which_nothing_is_wanted_says_so(fit):
    with pytest.raises(PlanError, match="the plan changed while this shard waited"):
        fit(["gone"], Scripted())


def test_a_shard_that_a_process_before_wrote_is_left_alone(fit):
    shard = fit(["k0"], Scripted())
    written = shard.stat().st_mtime_ns
    fit(["k0", "k1"], Scripted())
    assert shard.stat().st_mtime_ns == written
