"""The documentation site: the Markdown files of the repository as they stand, for `make site`.

The source is the repository, so that a link between two files is one between two pages. A link to
a file that is no page offers the file itself.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "docs/site"), str(ROOT / "src")]

import fitscan  # noqa: E402

project = "fitscan"
author = "The fitscan developers"
copyright = author  # noqa: A001  (Sphinx's name)
version = release = fitscan.__version__

extensions = [
    "myst_parser",
    "notebook_pages",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
root_doc = "docs/index"
_PAGES = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "config", "docs"}
# All else at the top is left out by its name: results and environments hold thousands of files.
exclude_patterns = [path.name for path in ROOT.iterdir() if path.name not in _PAGES]

# Pages that list those beside them in Markdown, which any reader shows, and not by a directive.
_LISTS = {"config/endpoints/README": "*/README", "docs/decisions/README": "0*"}


def setup(app: Sphinx) -> None:
    """Put the pages of a list below it in the navigation."""
    app.connect("source-read", _add_to_navigation)


def _add_to_navigation(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname in _LISTS:
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{_LISTS[docname]}\n```\n"


myst_heading_anchors = 3  # as GitHub names them

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_class_signature = "mixed"
napoleon_attr_annotations = False  # those of arrays fill lines with names of NumPy's own
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"fitscan {release}"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_extra_path = ["index.html"]  # leads from the top to the root document
html_copy_source = False
html_show_copyright = False
