"""An edit of any file does again what it concerns, and nothing else: found by dry runs."""

import pytest

# What follows once results are made again.
TABLES = {"collect_results", "audit_scan", "fit_details"}
PICTURES = {"draw_figures", "write_hepdata"}
RECORD = {"write_provenance", "write_report"}
ALL = {"fit_shard", *TABLES, *PICTURES, *RECORD}

PLANTED = {
    # A kernel, and what turns a request into rows: every fit.
    "engines/compiled/kernels/rates.py": ALL,
    "worker/run.py": ALL,
    # What a signal is: a likelihood is fetched anew, after which its points are planned.
    "likelihood/patching.py": (ALL | {"fetch_likelihood"}) - {"fit_shard"},
    # The engine that this scan does not use; the audit asks it.
    "engines/pyhf/reference.py": {"audit_scan", "draw_figures", *RECORD},
    # What toys and coverage are made of: no scan here has any.
    "plan/streams.py": set(),
    "kinds/toys/row.py": set(),
    # A figure, and the style of all.
    "figures/exclusion.py": PICTURES | RECORD,
    "plots/style.py": PICTURES | RECORD,
    # How numbers are written, in figures and in the page; and a template of the page.
    "formats.py": PICTURES | RECORD,
    "report/sections/summary.html.j2": {"write_report"},
    # How tasks travel, and how a run is made again.
    "dispatch/delivery.py": set(),
    "provenance/reproduce/rerun.py": set(),
}


@pytest.mark.parametrize("source", PLANTED)
def test_an_edit_does_again_what_it_concerns(finished, source):
    path = finished.folder / "src/fitscan" / source
    comment = "{# edited #}" if source.endswith(".j2") else "# edited"
    path.write_text(f"{path.read_text()}{comment}\n")
    assert set(finished.jobs()) == PLANTED[source]
