"""What to cite, and links to it: built from DOIs, arXiv identifiers and http addresses only."""

import re

from markupsafe import Markup, escape

from fitscan.masking import MASK

__all__ = ["METHOD", "SOFTWARE", "linked"]

SOFTWARE = (
    "L. Heinrich, M. Feickert, G. Stark, pyhf, doi:10.5281/zenodo.1169739",
    "L. Heinrich, M. Feickert, G. Stark, K. Cranmer, pyhf: pure-Python implementation of"
    " HistFactory statistical models, J. Open Source Softw. 6 (2021) 2823,"
    " doi:10.21105/joss.02823",
    "M. Feickert, L. Heinrich, G. Stark, B. Galewsky, Distributed statistical inference with pyhf"
    " enabled through funcX, EPJ Web Conf. 251 (2021) 02070 (vCHEP 2021), arXiv:2103.02182",
)

METHOD = (
    "K. Cranmer, G. Lewis, L. Moneta, A. Shibata, W. Verkerke, HistFactory: a tool for creating"
    " statistical models for use with RooFit and RooStats, CERN-OPEN-2012-016,"
    " https://cds.cern.ch/record/1456844",
    "G. Cowan, K. Cranmer, E. Gross, O. Vitells, Asymptotic formulae for likelihood-based tests of"
    " new physics, Eur. Phys. J. C 71 (2011) 1554, arXiv:1007.1727",
    "A. L. Read, Presentation of search results: the CLs technique, J. Phys. G 28 (2002) 2693,"
    " doi:10.1088/0954-3899/28/10/313",
)

# An identifier begins where a word does, so that a path which contains one is left alone.
TARGET = re.compile(
    r"""(?<![\w./@-])(?:
        (?P<url>https?://[^\s<>"'`\\]+)
      | (?:doi:\s*)?(?P<doi>10\.[0-9]{4,9}/[^\s<>"'`\\]+)
      | arXiv:(?P<arxiv>[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+/[0-9]{7})
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def linked(text: str) -> Markup:
    """Return ``text`` as HTML with its DOIs, arXiv identifiers and http(s) addresses as links.

    All else is escaped and stays text, whatever it looks like.

    >>> linked("arXiv:1007.1727 & javascript:x")
    Markup('<a href="https://arxiv.org/abs/1007.1727">arXiv:1007.1727</a> &amp; javascript:x')
    """
    parts = []
    end = 0
    for match in TARGET.finditer(text):
        # Punctuation behind an address belongs to the sentence.
        shown = match[0].rstrip(".,;:!?)]}")
        cut = len(match[0]) - len(shown)
        if MASK in shown:  # leads nowhere
            continue
        parts += [escape(text[end : match.start()]), _link(match, shown, cut)]
        end = match.end() - cut
    return Markup("").join([*parts, escape(text[end:])])


def _link(match: re.Match[str], shown: str, cut: int) -> Markup:
    kind = str(match.lastgroup)
    target = match[kind][: len(match[kind]) - cut]
    base = {"url": "", "doi": "https://doi.org/", "arxiv": "https://arxiv.org/abs/"}[kind]
    return Markup('<a href="{}{}">{}</a>').format(base, target, shown)
