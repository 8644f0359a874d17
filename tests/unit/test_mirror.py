"""tests/unit mirrors src/fitscan: a module is tested in the file of the same path."""

import ast

import pytest

# Where the tests of other modules are: of one module, or of a folder. Each line needs a reason.
ELSEWHERE = {
    # One answer in several steps, which are tested together.
    "audit/": "audit/test_scan.py",
    "config/wanted_scan.py": "config/test_wanted.py",
    "detail/point.py": "detail/test_fit_tables.py",
    "engines/compiled/kernels/toy.py": "engines/compiled/kernels/test_toy_fits.py",
    "kinds/toys/row.py": "kinds/toys/test_rounds.py",
    "likelihood/combination/": "likelihood/combination/test_likelihoods.py",
    "likelihood/refusals.py": "likelihood/test_fetch.py",
    "likelihood/schemas.py": "likelihood/test_workspace.py",
    "plan/make.py": "plan/test_scan.py",
    "plan/rows.py": "plan/test_scan.py",
    "plan/write.py": "plan/test_scan.py",
    "benchmark/records.py": "benchmark/test_table.py",
    "benchmark/published.py": "benchmark/test_words.py",
    # What a package and its users agree on; whoever keeps to it is tested.
    "columns.py": "tables/test_results.py",
    "dispatch/tasks.py": "dispatch/test_delivery.py",
    "engines/base.py": "engines/test_registry.py",
    "figures/base.py": "figures/test_registry.py",
    "kinds/": "plan/test_scan.py",
    # Registered: a loop over all of them tests each.
    "figures/": "figures/test_drawing.py",
    # On the page, which is what is looked at.
    "report/": "report/test_page.py",
    # Seen through numba's dispatchers only.
    "engines/compiled/machine_code/linking.py": "engines/compiled/machine_code/test_jit.py",
    # Small parts of figures, which are drawn with what they belong to.
    "plots/colors.py": "plots/test_style.py",
    "plots/note.py": "tables/test_notes.py",
    "plots/overlays.py": "tables/test_overlays.py",
    # Figures of tables, beside the tests of these.
    "plots/comparison.py": "tables/test_comparison.py",
    "plots/coverage.py": "tables/test_coverage.py",
    "plots/mu_scan.py": "detail/test_mu_scan.py",
    "tables/detail.py": "detail/test_mu_scan.py",
}

# Needs more than a function call: processes, endpoints, whole runs.
BEYOND = {
    "benchmark/figures.py": "workflow/test_benchmark.py",
    "benchmark/point_times.py": "workflow/test_benchmark.py",
    "executors/engines.py": "executors/test_endpoint_templates.py",
    "executors/shim.py": "executors/test_contract.py",
    "provenance/reproduce/__main__.py": "workflow/test_record.py",
    "kinds/toys/table.py": "workflow/test_toys.py",
}


def untested(project_folder):
    """Return the modules that have functions and no test file of the same path."""
    source, tests = project_folder / "src/fitscan", project_folder / "tests/unit"
    for path in sorted(source.rglob("*.py")):
        module = path.relative_to(source)
        if not (tests / module.parent / f"test_{module.name}").exists():
            tree = ast.walk(ast.parse(path.read_text()))
            # Names and data alone, as of most __init__.py, do nothing that a test could see.
            if any(isinstance(node, ast.FunctionDef | ast.Lambda) for node in tree):
                yield module.as_posix()
