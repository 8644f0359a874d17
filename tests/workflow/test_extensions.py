"""An engine and a kind of scan are added as their packages say: by a module and its name."""

import csv

ENGINE = '''\
"""An engine that answers constants, three works at a time."""

from fitscan.columns import CLS
from fitscan.engines.base import Engine


def _start(workspace, settings, fallback):
    def answer(works):
        row = {"mu_test": settings["mu_test"], **dict.fromkeys(CLS, 0.5), "mu_hat": 0.0}
        texts = {"status": "ok", "message": f"one of {len(works)}", "engine": "constant-1"}
        return [row | texts | {"wall_s": 0.0, "cpu_s": 0.0} for _ in works]

    return answer


CONSTANT = Engine(
    name="constant",
    kinds=("asymptotic",),
    code=("fitscan.engines.constant",),
    packages=lambda settings: (),
    start=_start,
    batch=3,
)
'''

KIND = '''\
"""A kind of scan that counts how many of its points exclude, and writes it beside each."""

from fitscan.columns import result_columns
from fitscan.engines.base import Work
from fitscan.kinds.base import Kind


def _rows(scan, keys, signals, fit, expect):
    names = dict(zip(scan.keys, scan.points, strict=True))
    found = fit([Work(k, names[k].name, s) for k, s in zip(keys, signals, strict=True)])
    excluded = sum(row["CLs_obs"] < 0.05 for row in found)
    return [row | {"excluded_in_shard": excluded} for row in found]


COUNTING = Kind(
    "counting",
    _rows,
    lambda scan: dict.fromkeys(scan.fitted_keys, 1),
    columns=lambda settings: (*result_columns(settings), "excluded_in_shard"),
)
'''


def rewrite(project, name, *changes):
    """Replace texts in a file of the project, each of which has to be there once."""
    path = project.folder / name
    text = path.read_text()
    for before, after in changes:
        assert text.count(before) == 1, (name, before)
        text = text.replace(before, after)
    path.write_text(text)


def rows(project):
    with (project.folder / "results/plane/hypotest/results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_engine_is_a_package_and_its_name(fresh):
    package = fresh.folder / "src/fitscan/engines/constant"
    package.mkdir()
    (package / "__init__.py").write_text('"""An engine that answers constants."""\n')
    (package / "engine.py").write_text(ENGINE)
    rewrite(
        fresh,
        "src/fitscan/engines/registry.py",
        ("import PYHF\n", "import PYHF\nfrom fitscan.engines.constant.engine import CONSTANT\n"),
        ("(COMPILED, PYHF)", "(COMPILED, PYHF, CONSTANT)"),
    )
    rewrite(
        fresh, "src/fitscan/config.schema.yaml", ("[compiled, pyhf]", "[compiled, pyhf, constant]")
    )
    with (fresh.folder / "config.yaml").open("a") as config:
        config.write("engine: constant\n")
    rewrite(fresh, "config.yaml", ("shards: {size: 2}", "shards: {size: 4}"), (", yields]", "]"))
    fresh.run("results/plane/hypotest/results.csv")
    found = rows(fresh)
    assert {row["CLs_obs"] for row in found} == {"0.5"}
    in_shard = ["one of 3"] * 3 + ["one of 1"]
    assert [row["message"] for row in found] == in_shard * 2


def test_a_kind_of_scan_is_a_module_and_its_name(fresh):
    (fresh.folder / "src/fitscan/kinds/counting.py").write_text(KIND)
    rewrite(
        fresh,
        "src/fitscan/kinds/registry.py",
        ("import TOYS\n", "import TOYS\nfrom fitscan.kinds.counting import COUNTING\n"),
        ("TOYS, COVERAGE)", "TOYS, COVERAGE, COUNTING)"),
    )
    rewrite(
        fresh,
        "src/fitscan/engines/compiled/engine.py",
        ('"toys", "coverage")', '"toys", "coverage", "counting")'),
    )
    rewrite(
        fresh,
        "src/fitscan/config.schema.yaml",
        ("[asymptotic, limits, toys, coverage]", "[asymptotic, limits, toys, coverage, counting]"),
    )
    with (fresh.folder / "config.yaml").open("a") as config:
        config.write("scans: {hypotest: {kind: counting}}\n")
    rewrite(fresh, "config.yaml", ("shards: {size: 2}", "shards: {size: 8}"))
    fresh.run("results/plane/hypotest/results.csv")
    found = rows(fresh)
    excluded = sum(float(row["CLs_obs"]) < 0.05 for row in found)
    assert [float(row["excluded_in_shard"]) for row in found] == [excluded] * 8
