"""tests/unit mirrors src/fitscan: a module is tested in the file of the same path."""

import ast
from pathlib import Path

import pytest

from fitscan.digests import source_files

PROJECT = Path(__file__).parents[2]

# Where the tests of other modules are: of one module, or of a folder. Each line needs a reason.
ELSEWHERE = {
    # One answer in several steps, which are tested together.
    "api/conversion.py": "api/test_likelihood.py",
    "api/options.py": "api/test_likelihood.py",
    "api/results.py": "api/test_likelihood.py",
    "audit": "audit/test_scan.py",
    "check": "check/test_check.py",
    "config/schema.py": "config/test_check.py",
    "config/wanted_benchmark.py": "config/test_wanted.py",
    "config/wanted_scan.py": "config/test_wanted.py",
    "dispatch/answers.py": "dispatch/test_points.py",
    "engines/compiled/data_tests.py": "engines/compiled/test_adapter.py",
    "engines/compiled/kernels/toy.py": "engines/compiled/kernels/test_toy_fits.py",
    "kinds/toys/precision.py": "kinds/toys/test_rounds.py",
    "kinds/toys/row.py": "kinds/toys/test_rounds.py",
    "likelihood/archive_entries.py": "likelihood/test_archive.py",
    "likelihood/signal_xsec_uncertainty.py": "likelihood/test_fetch.py",
    "likelihood/checked_patches.py": "likelihood/test_fetch.py",
    "likelihood/combination": "likelihood/combination/test_likelihoods.py",
    "likelihood/labels.py": "likelihood/test_fetch.py",
    "likelihood/refusals.py": "likelihood/test_fetch.py",
    "likelihood/schemas.py": "likelihood/test_workspace.py",
    "model/arrays.py": "model/test_cells.py",
    "plan/known_rows.py": "dispatch/test_points.py",
    "plan/row_check.py": "dispatch/test_points.py",
    "plan/rows.py": "plan/test_scan.py",
    "plan/write.py": "plan/test_scan.py",
    "benchmark/records.py": "benchmark/test_table.py",
    "benchmark/published.py": "benchmark/test_words.py",
    # What a package and its users agree on; whoever keeps to it is tested.
    "columns.py": "tables/test_results.py",
    "engines/base.py": "engines/test_registry.py",
    "figures/base.py": "figures/test_registry.py",
    "kinds/base.py": "plan/test_scan.py",
    "kinds/coverage/kind.py": "plan/test_scan.py",
    "kinds/fits.py": "plan/test_scan.py",
    "kinds/registry.py": "plan/test_scan.py",
    "kinds/toys/kind.py": "plan/test_scan.py",
    # Between tables and plots, which have tests; those of results are drawn there.
    "figures": "figures/test_drawing.py",
    # On the page, which is what is looked at.
    "report/audit.py": "audit/test_scan.py",
    "report/inputs.py": "report/test_page.py",
    "report/rows.py": "report/sections/test_points.py",
    "report/run.py": "report/sections/test_provenance.py",
    "report/sections": "report/test_page.py",
    "report/table.py": "report/sections/test_points.py",
    # Where it lies, and what is kept there.
    "engines/compiled/machine_code/folder.py": "engines/compiled/machine_code/test_cache.py",
    # Seen through numba's dispatchers only.
    "engines/compiled/machine_code/linking.py": "engines/compiled/machine_code/test_jit.py",
    # Small parts of figures, which are drawn with what they belong to.
    "plots/colors.py": "plots/test_style.py",
    "plots/neighbours.py": "plots/test_few_toys.py",
    "plots/note.py": "tables/test_notes.py",
    "plots/overlays.py": "tables/test_overlays.py",
    # Figures of tables, beside the tests of these.
    "plots/comparison.py": "tables/test_comparison.py",
    "plots/coverage.py": "tables/test_coverage.py",
    "plots/mu_scan.py": "detail/test_mu_scan.py",
}

# Needs more than a function call: processes, endpoints, whole runs.
BEYOND = {
    "cli/check.py": "unit/cli/test_group.py",
    "cli/doctor.py": "unit/dispatch/test_doctor.py",
    "cli/example.py": "unit/cli/test_run.py",
    "cli/reproduce.py": "workflow/test_record.py",
    "benchmark/figures.py": "workflow/test_benchmark.py",
    "executors/engines.py": "executors/test_endpoint_templates.py",
    "executors/shim.py": "executors/test_contract.py",
    "provenance/reproduce/again.py": "workflow/test_record.py",
    "rules/place.py": "workflow/test_module.py",
    "kinds/toys/table.py": "workflow/test_toys.py",
}


SOURCE, TESTS = (PROJECT / folder for folder in ("src/fitscan", "tests"))


def has_functions(path):
    """Names and data alone, as of most __init__.py, do nothing that a test could see."""
    tree = ast.walk(ast.parse(path.read_text()))
    return any(isinstance(node, ast.FunctionDef | ast.Lambda) for node in tree)


def mirrored(module):
    return (TESTS / "unit" / module.parent / f"test_{module.name}").exists()


MODULES = [path.relative_to(SOURCE) for path in sorted(SOURCE.rglob("*.py")) if has_functions(path)]
UNMIRRORED = {module.as_posix() for module in MODULES if not mirrored(module)}


def covered(part):
    """Return the modules without a test file that a line of a list is about."""
    return {module for module in UNMIRRORED if module == part or module.startswith(part + "/")}


def test_every_module_has_a_test_file_of_the_same_path_or_a_line_in_a_list():
    listed = set().union(*map(covered, ELSEWHERE | BEYOND))
    assert sorted(UNMIRRORED - listed) == []


@pytest.mark.parametrize("part", ELSEWHERE)
def test_a_line_names_a_test_file_that_reaches_its_modules(part):
    assert covered(part)
    reached = source_files(TESTS / "unit" / ELSEWHERE[part])
    assert [module for module in covered(part) if SOURCE / module not in reached] == []


@pytest.mark.parametrize("part", BEYOND)
def test_a_line_of_what_runs_beyond_names_a_test_file(part):
    assert covered(part)
    assert (TESTS / BEYOND[part]).exists()
