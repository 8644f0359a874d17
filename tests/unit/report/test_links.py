"""What becomes a link."""

import pytest
from reported import Page

from fitscan.report.links import linked


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("10.17182/hepdata.90607.", "https://doi.org/10.17182/hepdata.90607"),
        ("doi: 10.1000/a(b)c", "https://doi.org/10.1000/a(b)c"),
        ("see https://www.hepdata.net/x?a=1&b=2, then", "https://www.hepdata.net/x?a=1&b=2"),
        ("arXiv:1912.08479v2", "https://arxiv.org/abs/1912.08479v2"),
        ("arXiv:hep-ex/9902006", "https://arxiv.org/abs/hep-ex/9902006"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://example.org/%0aalert(1)", None),
        ("javascript:https", None),
        ("data:text/html,<script>", None),
        ("/data/10.1000/archive.tar.gz", None),
        ("file:///etc/hosts", None),
        ("https://***@example.org/a.zip", None),
        ("https://example.org/a.zip?token=***", None),
    ],
)
def test_only_dois_arxiv_and_http_become_links(text: str, target: str | None) -> None:
    page = Page(f"<p>{linked(text)}</p>")
    assert [link["href"] for link in page.all("a")] == ([] if target is None else [target])
    assert page.text == text
