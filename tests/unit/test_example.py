"""The bundled likelihood is what its script writes, and what its README promises."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyhf
import pytest

EXAMPLE = Path(__file__).parents[2] / "resources" / "example"
SCRIPT = EXAMPLE / "make_example.py"
GENERATED = ("workspace.json", "patchset.json", "cross_section.csv", "SHA256SUMS")
MASS_Z_GEV = 91.19
INTERPOLATION = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}

# pyhf's own use of jsonschema.


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    done = run("--folder", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    workspace, patchset = (json.loads((EXAMPLE / name).read_bytes()) for name in GENERATED[:2])
    return workspace, patchset


@pytest.fixture(scope="module")
def workspace(documents: tuple[dict[str, Any], dict[str, Any]]) -> pyhf.Workspace:
    return pyhf.Workspace(documents[0], validate=False)


@pytest.fixture(scope="module")
def patchset(documents: tuple[dict[str, Any], dict[str, Any]]) -> pyhf.PatchSet:
    return pyhf.PatchSet(documents[1], validate=False)


@pytest.fixture
def precise_pyhf():
    """pyhf's default minimiser with a tighter tolerance, so that a pin holds on any machine."""
    tensorlib, optimizer = pyhf.get_backend()
    pyhf.set_backend("numpy", pyhf.optimize.scipy_optimizer(tolerance=1e-9))
    yield
    pyhf.set_backend(tensorlib, optimizer)


def modifiers(samples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [modifier for sample in samples for modifier in sample["modifiers"]]


def model_of(workspace: pyhf.Workspace, patch: pyhf.patchset.Patch) -> tuple[pyhf.Model, list]:
    patched = pyhf.Workspace(patch.apply(workspace), validate=False)
    model = patched.model(validate=False, modifier_settings=INTERPOLATION)
    return model, patched.data(model)


@pytest.mark.parametrize("name", GENERATED)
def test_regenerating_gives_the_committed_bytes(regenerated, name):
    assert (regenerated / name).read_bytes() == (EXAMPLE / name).read_bytes()


def test_check_accepts_the_committed_files():
    done = run("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_names_the_file_that_differs(tmp_path):
    for name in GENERATED:
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    with (tmp_path / "workspace.json").open("a") as file:
        file.write(" ")
    (tmp_path / "SHA256SUMS").unlink()
    done = run("--check", "--folder", tmp_path)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "workspace.json",
        "SHA256SUMS",
    ]


def test_checksums_are_those_of_the_files():
    lines = (EXAMPLE / "SHA256SUMS").read_text().splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    names = set(GENERATED) - {"SHA256SUMS"}
    assert sums == {n: hashlib.sha256((EXAMPLE / n).read_bytes()).hexdigest() for n in names}


def test_files_are_small():
    assert sum((EXAMPLE / name).stat().st_size for name in GENERATED) < 300_000


def test_documents_follow_pyhf_schemas(documents):
    workspace, patchset = documents
    pyhf.schema.validate(workspace, "workspace.json")
    pyhf.schema.validate(patchset, "patchset.json")


def test_patchset_is_bound_to_the_workspace(workspace, patchset):
    patchset.verify(workspace)


def test_patchset_says_that_the_analysis_is_fictional(patchset):
    assert "fictional" in patchset.description
    assert patchset.metadata["licence"] == "CC0-1.0"


def test_grid_has_sixty_different_points_above_threshold(patchset):
    points = [patch.values for patch in patchset]
    assert len(points) == len(set(points)) == 60
    assert patchset.labels == ["m_parent", "m_lsp"]
    assert all(m_lsp + MASS_Z_GEV < m_parent for m_parent, m_lsp in points)
    assert all(patch.name == "Wino_{}_{}".format(*patch.values) for patch in patchset)


def test_workspace_is_background_only(workspace):
    poi = workspace.get_measurement()["config"]["poi"]
    assert poi == "mu_SIG"
    assert poi not in {name for name, _ in workspace.modifiers}
    assert set(workspace.samples) == {"VV", "top", "Zjets", "other", "fakes"}
    assert workspace.channel_nbins == {"CRtop": 1, "CRVV": 1, "SRres": 3, "SRboost": 3}


def test_every_patch_adds_one_signal_to_every_channel(workspace, patchset):
    for patch in patchset:
        patched = pyhf.Workspace(patch.apply(workspace), validate=False)
        for before, after in zip(workspace["channels"], patched["channels"], strict=True):
            *background, signal = after["samples"]
            assert background == before["samples"]
            assert signal["name"] == patch.name
            assert len(signal["data"]) == workspace.channel_nbins[after["name"]]
            assert {"mu_SIG", "lumi", "JES", "SIG_theory"} <= {
                m["name"] for m in signal["modifiers"]
            }


def test_every_hypothesis_can_be_seen_in_the_signal_regions(workspace, patchset):
    for patch in patchset:
        patched = pyhf.Workspace(patch.apply(workspace), validate=False)
        signals = {c["name"]: sum(c["samples"][-1]["data"]) for c in patched["channels"]}
        assert signals["SRres"] + signals["SRboost"] > 0.5, patch.name


def test_model_has_the_promised_parameters(workspace, patchset):
    model, _ = model_of(workspace, patchset["Wino_600_100"])
    config = model.config
    assert config.npars == 26
    assert {kind for _, kind in config.modifiers} == {
        "normfactor", "normsys", "histosys", "staterror", "shapesys", "lumi",
    }  # fmt: skip
    kinds = [{k for n, k in config.modifiers if n == name} for name in config.par_order]
    assert sum(k == {"normsys", "histosys"} for k in kinds) == 8
    assert config.suggested_init()[config.poi_index] == 0.1
    assert config.suggested_bounds()[config.par_slice("lumi")] == [[0.915, 1.085]]


def test_uncertainties_are_of_realistic_size(workspace):
    samples = [sample for channel in workspace["channels"] for sample in channel["samples"]]
    sizes = [
        abs(value - 1)
        for modifier in modifiers(samples)
        if modifier["type"] == "normsys"
        for value in modifier["data"].values()
    ]
    assert 0.001 < min(sizes) < 0.01
    assert 0.2 < max(sizes) < 0.35


@pytest.mark.parametrize(
    ("name", "observed", "expected"),
    [
        ("Wino_250_125", 0.0839756, [0.001488130, 0.00896059, 0.0472345, 0.193156, 0.518093]),
        ("Wino_600_100", 0.0139964, [0.000603300, 0.00442743, 0.0282607, 0.138240, 0.433078]),
    ],
)
@pytest.mark.usefixtures("precise_pyhf")
def test_cls_stays_what_it_was(workspace, patchset, name, observed, expected):
    model, data = model_of(workspace, patchset[name])
    CLs, band = pyhf.infer.hypotest(1.0, data, model, test_stat="qtilde", return_expected_set=True)
    assert float(CLs) == pytest.approx(observed, rel=1e-4)
    assert [float(value) for value in band] == pytest.approx(expected, rel=1e-4)
