"""Keys of a scan follow what decides its numbers, and planning touches only what changed."""

import json
from dataclasses import replace

import pytest
from edited import EditedPackage, forget
from scripted import row

from fitscan import dispatch
from fitscan.config.check import check_config
from fitscan.engines.base import Work
from fitscan.errors import PlanError
from fitscan.executors.in_process import InProcess
from fitscan.files import replacing
from fitscan.kinds.coverage.points import experiment_keys
from fitscan.kinds.registry import check_versions, planned_scan
from fitscan.kinds.toys.rounds import first_blocks
from fitscan.likelihood import Index, JsonPatch, Point
from fitscan.plan.journal import Journal
from fitscan.plan.keys import data_keys, data_settings
from fitscan.plan.partition import shard_name
from fitscan.plan.rows import scan_rows
from fitscan.plan.scan import read_scan, shard_keys
from fitscan.plan.shards import write_shard
from fitscan.plan.write import plan_scan
from fitscan.tables.results import results_table, timings_table


def points(*names):
    """Points with patches of their own."""
    return tuple(
        Point(name, (float(number), "x"), digest=f"digest of {name}", offset=number, length=7)
        for number, name in enumerate(names)
    )


POINTS = points(*"abcde")


def index(**parts):
    given = {"workspace": "w0", "measurement": "nominal", "points": POINTS}
    return Index(labels=("mass", "decay"), source={}, **{**given, **parts})


def scan(of=None, signal_xsec_uncertainty=None, **config):
    analyses = {"A": {"workspace": "w.json", "patches": "p.json"}}
    scans = {"hypotest": {"kind": "asymptotic"}, **config.pop("scans", {})}
    checked = check_config({"analyses": analyses, "scans": scans, **config})
    return planned_scan(
        of or index(), checked, "hypotest", signal_xsec_uncertainty=signal_xsec_uncertainty
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "results" / "A" / "hypotest"


def finish(folder, shards):
    """Write the shards of these names as they were planned."""
    for name in shards:
        rows = [{"key": key} for key in shard_keys(folder / "plan" / f"{name}.json")]
        write_shard(folder / "shards" / f"{name}.json", rows)


def times(folder):
    return {path.name: path.stat().st_mtime_ns for path in (folder / "plan").iterdir()}


@pytest.mark.parametrize(
    "changed",
    [
        {"scans": {"hypotest": {"kind": "asymptotic", "mu_test": 2.0}}},
        {"interpolation": {"normsys": "code1"}},
        {"interpolation": {"histosys": "code0"}},
        {"scans": {"hypotest": {"kind": "limits"}}},
        {"scans": {"hypotest": {"kind": "asymptotic", "poi_bounds": [0, 20]}}},
        {"minima": "default"},
        {"fallback": "pyhf"},
        {"engine": "pyhf"},
        {"of": index(workspace="w1")},
        {"of": index(measurement="other")},
        {"signal_xsec_uncertainty": "SigXSec"},
    ],
    ids=str,
)
def test_all_keys_change_with_what_decides_the_numbers(changed):
    assert set(scan(**changed).keys).isdisjoint(scan().keys)


@pytest.mark.parametrize(
    "changed", [{"backend": "jax"}, {"optimizer": "minuit"}, {"retry": "minuit"}], ids=str
)
@pytest.mark.parametrize("asked", [{"engine": "pyhf"}, {"fallback": "pyhf"}, {}], ids=str)
def test_options_of_pyhf_are_in_the_keys_where_pyhf_is_asked(asked, changed):
    if changed.get("backend") == "jax":
        pytest.importorskip("jax")  # its version is in the keys; CI has it
    same = scan(**asked, pyhf=changed).keys == scan(**asked).keys
    assert same == (not asked)


def test_settings_hold_all_that_decides_numbers_and_is_not_in_the_likelihood():
    assert scan(scans={"hypotest": {"kind": "asymptotic", "mu_test": 2}}).settings == {
        "kind": "asymptotic",
        "engine": "compiled",
        "mu_test": 2.0,
        "test_stat": "qtilde",
        "poi_bounds": None,
        "measurement": "nominal",
        "interpolation": {"normsys": "code4", "histosys": "code4p"},
        "minima": "search",
        "fallback": "none",
    }
    with_pyhf = scan(engine="pyhf").settings
    assert with_pyhf["pyhf"] == {"backend": "numpy", "optimizer": "scipy", "retry": "none"}
    assert not with_pyhf.keys() & {"minima", "fallback"}
    assert scan(scans={"hypotest": {"kind": "limits"}}).settings["level"] == 0.95


@pytest.mark.parametrize("kind", ["toys", "coverage"])
def test_scans_that_throw_have_their_keys_whatever_the_modifier_of_the_cross_section_is(kind):
    scans = {"hypotest": {"kind": kind}}
    assert scan(scans=scans, signal_xsec_uncertainty="SigXSec") == scan(scans=scans)


def test_modifier_of_the_cross_section_is_a_setting_of_the_scans_that_use_it():
    plain, moved = scan(), scan(signal_xsec_uncertainty="SigXSec")
    assert moved.settings == plain.settings | {"signal_xsec_uncertainty": "SigXSec"}


@pytest.mark.parametrize(
    "changed", [{"level": 0.9}, {"coverage": {"experiments": 7, "toys": 3, "seed": 5}}], ids=str
)
def test_number_of_experiments_and_level_leave_the_tests_of_the_data_as_they_are(changed):
    before, after = (
        scan(scans={"hypotest": {"kind": "coverage", **changes}}) for changes in ({}, changed)
    )
    assert not set(before.keys) & set(after.keys)
    assert data_keys(before) == data_keys(after)
    assert data_settings(before) == data_settings(after)


def test_first_keys_are_the_keys_of_the_scan_that_tries_nothing_again():
    plain = scan(engine="pyhf")
    assert plain.first_keys == plain.keys
    retrying = scan(engine="pyhf", pyhf={"retry": "minuit"})
    assert retrying.first_keys == plain.keys
    assert set(retrying.keys).isdisjoint(plain.keys)


@pytest.mark.parametrize(
    "changed",
    [
        {"scans": {"hypotest": {"kind": "asymptotic", "mu_test": 2.0}}},
        {"interpolation": {"normsys": "code1"}},
        {"engine": "pyhf"},
        {"of": index(workspace="w1")},
        {"of": index(measurement="other")},
    ],
    ids=str,
)
def test_first_keys_change_with_what_decides_the_first_try(changed):
    assert set(scan(**changed).first_keys).isdisjoint(scan().first_keys)


def test_row_of_a_scan_that_tries_nothing_again_is_a_row_of_one_that_does(tmp_path):
    plain = scan(engine="pyhf")
    retrying = scan(engine="pyhf", pyhf={"retry": "minuit"})
    with Journal(tmp_path) as journal, InProcess() as place:
        journal.append(row(plain.keys[0], CLs=0.5))
        rows = dispatch.fit_points(
            [Work(retrying.keys[0], "a", JsonPatch([]), first_key=retrying.first_keys[0])],
            settings=retrying.settings,
            workspace=tmp_path / "not there, so that nothing can be fitted",
            workspace_digest=retrying.workspace,
            engine=retrying.engine,
            executor=place,
            journal=journal,
        )
    assert rows == [row(retrying.keys[0], CLs=0.5)]


@pytest.mark.parametrize(
    "changed",
    [
        {"scans": {"hypotest": {"kind": "asymptotic", "mu_test": 1}}},  # YAML's 1 and 1.0
        {"executor": "elsewhere"},
        {"shards": {"size": 3}},
        {"figures": {"test_size": 0.1, "band": "green"}},
        {"scans": {"another": {"kind": "asymptotic", "mu_test": 2.0}}},
        {"interpolation": {"normsys": "code4", "histosys": "code4p"}},
        {
            "of": index(
                points=tuple(Point(p.name * 2, (0.0,), p.digest, 9, 9) for p in points(*"abcde"))
            )
        },
    ],
    ids=str,
)
def test_keys_stay_when_names_places_and_looks_change(changed):
    assert scan(**changed).keys == scan().keys
    assert scan(**changed).first_keys == scan().first_keys


def test_all_keys_change_with_the_engine_version(monkeypatch):
    before = scan().keys
    monkeypatch.setattr(
        "fitscan.kinds.registry.engine_version", lambda settings: "pyhf of tomorrow"
    )
    assert set(scan().keys).isdisjoint(before)


FITS = "engines/compiled/fits/fits.py"


@pytest.fixture
def package(tmp_path, monkeypatch):
    yield EditedPackage(tmp_path, monkeypatch)
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("toys", "tables/toys.py"),  # was a bug: decides messages of rows, and was in no key
        ("toys", "kinds/toys/row.py"),
        ("toys", "statistics/toys.py"),
        ("coverage", "plan/streams.py"),  # was a bug: decides random streams, and was in no key
        ("coverage", "statistics/coverage.py"),
    ],
)
def test_keys_follow_the_code_that_makes_rows_from_blocks(package, kind, source):
    scans = {"hypotest": {"kind": kind}}
    before = scan(scans=scans)
    package.edit(source)
    after = scan(scans=scans)
    assert set(before.keys).isdisjoint(after.keys)
    # Toys and experiments that are there are kept.
    assert data_keys(before) == data_keys(after)


@pytest.mark.parametrize("kind", ["toys", "coverage"])
@pytest.mark.parametrize("source", ["dispatch/delivery.py", "executors/base.py", "plots/style.py"])
def test_keys_do_not_follow_code_that_decides_no_number(package, kind, source):
    scans = {"hypotest": {"kind": kind}}
    before = scan(scans=scans)
    package.edit(source)
    assert scan(scans=scans) == before


@pytest.mark.parametrize(
    ("kind", "source", "message"),
    [
        ("asymptotic", FITS, "the engine changed after the scan was planned"),
        ("toys", FITS, "the engine changed after the scan was planned"),
        ("toys", "tables/toys.py", "the code for toys changed after the scan was planned"),
        ("coverage", "plan/streams.py", "the code for coverage changed after the scan was planned"),
    ],
)
def test_a_job_computes_nothing_under_keys_of_other_code(package, kind, source, message):
    """Was a bug: rows of an edited engine were written under the keys of the one before."""
    planned = scan(scans={"hypotest": {"kind": kind}})
    check_versions(planned)
    package.edit(source)
    with pytest.raises(PlanError, match=message):
        check_versions(planned)


def test_one_key_changes_with_one_patch():
    patched = replace(POINTS[0], digest="another digest")
    keys = scan(index(points=(patched, *POINTS[1:]))).keys
    assert keys[0] != scan().keys[0]
    assert keys[1:] == scan().keys[1:]


def test_points_with_equal_patches_have_equal_keys():
    twin = replace(POINTS[1], digest=POINTS[0].digest)
    assert len(set(scan(index(points=(POINTS[0], twin))).keys)) == 1


def test_plan_is_read_back_as_it_was_written(folder):
    planned = plan_scan(folder, scan(), size=2, cores=1)
    assert planned == sorted(planned)
    assert read_scan(folder / "plan" / "scan.json") == scan()
    chunks = [shard_keys(folder / "plan" / f"{name}.json") for name in planned]
    first, second, third, fourth, fifth = scan().keys
    assert sorted(chunks) == sorted([[first, second], [third, fourth], [fifth]])


@pytest.mark.parametrize(
    ("config", "cores", "shards"),
    [
        ({"engine": "pyhf"}, 1, 2),
        ({"engine": "pyhf"}, 2, 3),
        ({"engine": "pyhf"}, 8, 5),
        ({}, 1, 1),
        ({}, 2, 1),
        ({"minima": "default"}, 2, 1),
        ({"minima": "exhaustive"}, 2, 3),
    ],
)
def test_size_follows_the_cores_and_the_engine_when_none_is_given(folder, config, cores, shards):
    assert len(plan_scan(folder, scan(**config), size=None, cores=cores)) == shards


def test_size_follows_what_is_missing_when_none_is_given(folder):
    slow = {"engine": "pyhf"}
    finish(folder, plan_scan(folder, scan(**slow), size=5, cores=1))
    wider = scan(index(points=points(*"abcdevwxyz")), **slow)
    assert len(plan_scan(folder, wider, size=None, cores=2)) == 1 + 3  # of 5 points and not of 10


def test_planning_again_writes_no_file(folder):
    planned = plan_scan(folder, scan(), size=2, cores=1)
    before = times(folder)
    assert plan_scan(folder, scan(), size=2, cores=1) == planned
    assert times(folder) == before


def test_planning_after_finishing_keeps_every_shard_whatever_the_size(folder):
    planned = plan_scan(folder, scan(), size=2, cores=1)
    finish(folder, planned)
    before = times(folder)
    assert plan_scan(folder, scan(), size=1, cores=9) == planned
    assert times(folder) == before


def test_finishing_one_shard_after_the_other_leaves_the_plan_as_it_was(folder):
    planned = plan_scan(folder, scan(), size=1, cores=1)
    before = times(folder)
    for name in reversed(planned):
        finish(folder, [name])
        assert plan_scan(folder, scan(), size=1, cores=1) == planned
    assert times(folder) == before


def test_added_points_get_shards_of_their_own(folder):
    planned = plan_scan(folder, scan(), size=5, cores=1)
    finish(folder, planned)
    wider = scan(index(points=points(*"xabcdey")))
    replanned = plan_scan(folder, wider, size=5, cores=1)
    assert set(planned) < set(replanned)
    (new,) = set(replanned) - set(planned)
    assert shard_keys(folder / "plan" / f"{new}.json") == [wider.keys[0], wider.keys[-1]]


def test_plan_of_a_kept_shard_that_was_lost_is_written_from_the_shard(folder):
    (name,) = plan_scan(folder, scan(), size=5, cores=1)
    finish(folder, [name])
    path = folder / "plan" / f"{name}.json"
    path.unlink()
    plan_scan(folder, scan(), size=5, cores=1)
    assert shard_keys(path) == list(scan().keys)


def test_unreadable_shard_is_planned_anew(folder):
    planned = plan_scan(folder, scan(), size=2, cores=1)
    finish(folder, planned)
    torn = shard_name(scan().keys[:2])
    (folder / "shards" / f"{torn}.json").write_text('{"format": 1, "rows": [')
    again = plan_scan(folder, scan(), size=1, cores=1)
    others = set(planned) - {torn}
    assert set(again) == others | {shard_name([key]) for key in scan().keys[:2]}


def test_shard_that_was_never_moved_to_its_name_is_planned_as_if_it_were_not_there(folder):
    # Its name was taken for the shard's, and no job ever made a file of that name.
    planned = plan_scan(folder, scan(), size=5, cores=1)
    finish(folder, planned)
    shard = folder / "shards" / f"{planned[0]}.json"
    with replacing(shard) as temporary:
        shard.rename(temporary)  # what a job leaves behind that is killed here
        assert temporary.suffix == ".json"
        assert plan_scan(folder, scan(), size=5, cores=1) == planned
    assert {path.stem for path in (folder / "plan").iterdir()} == {"scan", *planned}


def test_plan_file_that_is_no_text_is_written_anew(folder):
    # Was a UnicodeDecodeError at the start of Snakemake.
    plan_scan(folder, scan(), size=5, cores=1)
    path = folder / "plan" / "scan.json"
    path.write_bytes(b"\xff\x00")
    plan_scan(folder, scan(), size=5, cores=1)
    assert read_scan(path) == scan()


@pytest.mark.parametrize("read", [read_scan, shard_keys])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"null",
        b"[1]",  # was a TypeError
        b"{}",
        b'{"format": 0, "keys": []}',
        b'{"format": 1}',  # was a KeyError
    ],
)
def test_file_that_is_no_plan_is_refused(tmp_path, read, content):
    path = tmp_path / "scan.json"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=r"not a plan of this version .*Hint: delete it"):
        read(path)


def test_plan_with_a_field_of_another_version_is_refused(folder):
    plan_scan(folder, scan(), size=5, cores=1)
    path = folder / "plan" / "scan.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "toys": 1000}))
    with pytest.raises(PlanError, match="toys"):
        read_scan(path)


def test_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanError, match="No such file"):
        read_scan(tmp_path / "scan.json")


REFUSED = replace(POINTS[1], refused="patch 'b' does not apply to the workspace.")


def test_a_point_that_is_refused_is_in_no_shard_and_a_row_of_its_own(folder):
    """Was a bug: one empty patch stopped the scan."""
    wanted = scan(index(points=(POINTS[0], REFUSED, *POINTS[2:])))
    plain = scan()
    assert [a == b for a, b in zip(wanted.keys, plain.keys, strict=True)] == [
        name != "b" for name in "abcde"
    ]
    shards = plan_scan(folder, wanted, size=10, cores=1)
    assert shards == [shard_name(wanted.fitted_keys)]
    assert read_scan(folder / "plan" / "scan.json") == wanted
    finish(folder, shards)
    rows = scan_rows(wanted, (folder / "shards").glob("*.json"))
    assert [row["key"] for row in rows] == list(wanted.keys)
    assert [row.get("status") for row in rows] == [None, "failed", None, None, None]
    assert rows[1]["message"] == REFUSED.refused
    assert rows[1].keys() >= {*wanted.columns, "engine", "wall_s", "cpu_s"}


def test_another_reason_is_another_row_and_makes_the_tables_again():
    first, second = (
        scan(index(points=(POINTS[0], replace(REFUSED, refused=why)))) for why in ("one", "other")
    )
    assert first.keys[1] != second.keys[1]
    assert first.digest != second.digest
    assert first.fitted_keys == second.fitted_keys


@pytest.mark.parametrize("kind", ["toys", "coverage", "limits"])
def test_a_point_that_is_refused_is_told_as_no_progress_and_has_all_columns(kind):
    wanted = scan(index(points=(POINTS[0], REFUSED)), scans={"hypotest": {"kind": kind}})
    alone = scan(index(points=POINTS[:1]), scans={"hypotest": {"kind": kind}})
    if kind == "toys":
        assert first_blocks(wanted) == first_blocks(alone)
    if kind == "coverage":
        assert experiment_keys(wanted) == experiment_keys(alone)
    first = {**dict.fromkeys(wanted.columns), **scanned(wanted.fitted_keys[0])}
    rows = [
        first,
        *scan_rows(scan(index(points=(REFUSED,)), scans={"hypotest": {"kind": kind}}), []),
    ]
    names = [{"name": p.name, "values": p.values} for p in wanted.points]
    table = results_table(names, rows, labels=wanted.labels, columns=wanted.columns)
    assert table["status"].tolist() == ["ok", "failed"]
    assert list(timings_table(names, rows)["wall_s"]) == [1.0, 0.0]


def scanned(key):
    return {"key": key, "status": "ok", "message": "", "engine": "e", "wall_s": 1.0, "cpu_s": 1.0}
