"""docs/results.md says what the code says; `make results-page` writes its tables anew."""

import re
from pathlib import Path

import fitscan
from fitscan.digests import source_files
from fitscan.tables.meanings.column import Meaning
from fitscan.tables.meanings.page import _names, with_tables


def test_the_tables_of_the_page_are_those_of_the_code(project_folder):
    page = (project_folder / "docs/results.md").read_text("utf-8")
    assert with_tables(page) == page


def test_every_table_is_on_the_page(project_folder):
    page = (project_folder / "docs/results.md").read_text("utf-8")
    tables = re.findall(r"<!-- table: (\w+) -->", page)
    assert tables == ["results", "statuses", "messages", "beside"]


def test_text_between_marks_is_made_anew_and_all_else_stays():
    page = with_tables("before\n<!-- table: statuses -->\nold\n<!-- end -->\nafter\n")
    assert page.startswith("before\n<!-- table: statuses -->\n| status | meaning |\n")
    assert page.endswith("<!-- end -->\nafter\n")
    assert "old" not in page


def test_columns_of_a_band_are_one():
    meaning = Meaning(("CLs_obs_err", "CLs_exp_m2_err", "CLs_exp_0_err"), "")
    assert _names(meaning) == "`CLs_obs_err`, `CLs_exp_*_err`"


def test_no_engine_imports_what_columns_mean():
    """Else a better word would fit all points anew."""
    source = Path(fitscan.__file__).parent
    code = source_files(source / "worker" / "run.py")
    assert source / "engines/compiled/adapter.py" in code
    assert not [path for path in code if "meanings" in path.parts]
