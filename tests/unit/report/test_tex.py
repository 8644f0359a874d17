"""TeX as HTML and as text."""

import pytest
from reported import Page

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
