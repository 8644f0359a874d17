"""What the report says in words and numbers."""

import pytest
from reported import Page

from fitscan.formats import aligned, duration, significant
from fitscan.report.links import linked
from fitscan.report.tex import tex_to_html, tex_to_text


@pytest.mark.parametrize(
    ("text", "html", "plain"),
    [
        ("no math & <b>", "no math &amp; &lt;b&gt;", "no math & <b>"),
        ("139 fb$^{-1}$", "139 fb<sup>−1</sup>", "139 fb⁻¹"),
        (r"$m(\tilde{\chi}_1)$ [GeV]", "m(χ̃<sub>1</sub>) [GeV]", "m(χ̃₁) [GeV]"),
        (r"$\sqrt{s}=13\,\mathrm{TeV}$", "√s=13\u2009TeV", "√s=13\u2009TeV"),
        (r"costs 5 $ or \$6", "costs 5 $ or $6", "costs 5 $ or $6"),
        (r"$\unknown{x}$", "unknownx", "unknownx"),
        (r"$H^{\pm}$", "H<sup>±</sup>", "H±"),
        (r"$\bar{t}t$", "t̅t", "t̅t"),
        (
            r"$\tilde{\chi}^{\pm}_{1}$",
            'χ̃<span class="scripts"><sup>±</sup><sub>1</sub></span>',
            "χ̃±₁",
        ),
        (
            r"$\chi_1^0$",
            'χ<span class="scripts"><sup>0</sup><sub>1</sub></span>',
            "χ₁⁰",
        ),
    ],
)
def test_tex_becomes_html_and_text(text: str, html: str, plain: str) -> None:
    assert str(tex_to_html(text)) == html
    assert tex_to_text(text) == plain


@pytest.mark.parametrize("text", ["$^$", "$_", r"$\tilde$", "${{{$", "$}}x$", "$a^{b_{c$", "$\\$"])
def test_faulty_tex_is_still_a_title(text: str) -> None:
    Page(f"<p>{tex_to_html(text)}</p>")
    assert isinstance(tex_to_text(text), str)


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
    ],
)
def test_only_dois_arxiv_and_http_become_links(text: str, target: str | None) -> None:
    page = Page(f"<p>{linked(text)}</p>")
    assert [link["href"] for link in page.all("a")] == ([] if target is None else [target])
    assert page.text == text


def test_numbers_are_short_and_aligned() -> None:
    numbers = [significant(x) for x in (0.05, 1.0, -12.3456, 1234.5, 4e-9, float("inf"))]
    assert numbers == ["0.0500", "1.00", "−12.3", "1.23×10³", "4.00×10⁻⁹", "–"]
    assert aligned(["0.1", "−12.5", "7"]) == ["\u2007\u20070.1", "−12.5", "\u2007\u20077"]
    assert [duration(x) for x in (0.5, 59.97, 3599.7, float("nan"))] == [
        "500 ms",
        "1 min 0 s",
        "1 h 0 min",
        "–",
    ]
