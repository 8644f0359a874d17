r"""Titles with a little TeX between dollar signs, as HTML and as plain text.

This is not a typesetter: it knows the notation of titles and axes in particle physics, such as
``fb$^{-1}$`` and ``$m(\tilde{\chi}^{\pm}_{1})$``. What it does not know stays readable.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup, escape

__all__ = ["tex_to_html", "tex_to_text"]

GLYPHS = """
    alpha α  beta β  gamma γ  delta δ  epsilon ϵ  varepsilon ε  zeta ζ  eta η  theta θ  iota ι
    kappa κ  lambda λ  mu μ  nu ν  xi ξ  pi π  rho ρ  sigma σ  tau τ  upsilon υ  phi ϕ  varphi φ
    chi χ  psi ψ  omega ω  Gamma Γ  Delta Δ  Theta Θ  Lambda Λ  Xi Ξ  Pi Π  Sigma Σ  Upsilon Υ
    Phi Φ  Psi Ψ  Omega Ω  ell ℓ  pm ±  mp ∓  times ×  cdot ·  to →  rightarrow →  leftarrow ←
    leq ≤  le ≤  geq ≥  ge ≥  neq ≠  sim ∼  approx ≈  infty ∞  sqrt √  prime ′  ast ∗  ldots …
"""
THIN_SPACE = "\u2009"
SYMBOLS = dict(zip(GLYPHS.split()[::2], GLYPHS.split()[1::2], strict=True)) | {
    **dict.fromkeys((",", ":", ";"), THIN_SPACE),
    **dict.fromkeys((" ", "quad", "space"), " "),
    "!": "",
    "|": "‖",
}

# Combining characters, which go behind the letter.
ACCENTS = {
    **dict.fromkeys(("tilde", "widetilde"), "\u0303"),
    **dict.fromkeys(("hat", "widehat"), "\u0302"),
    **dict.fromkeys(("bar", "overline"), "\u0305"),
    "vec": "\u20d7",
    "dot": "\u0307",
    "slashed": "\u0338",
}

# They say how something looks, not what it is.
LOOKS = """
    mathrm mathit mathbf mathcal mathsf mathregular text textrm textit textbf rm it bf left right
    big Big displaystyle limits
""".split()  # noqa: SIM905  (a list of 19 words is easier to read without quotes)

SUPERSCRIPTS = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")

MATH = re.compile(r"(?<!\\)\$(.*?)(?<!\\)\$", re.DOTALL)
TOKEN = re.compile(r"\\([a-zA-Z]+) *|\\(.)|([{}^_])|(.)", re.DOTALL)


class Script(NamedTuple):
    """A superscript (``mark`` is ``^``) or a subscript (``_``)."""

    mark: str
    content: list["str | Script"]


Node = str | Script


def tex_to_html(text: str) -> Markup:
    """Return ``text`` as HTML in which everything but superscripts and subscripts is escaped.

    >>> tex_to_html("139 fb$^{-1}$ & <more>")
    Markup('139 fb<sup>−1</sup> &amp; &lt;more&gt;')
    """
    return _html(_parsed(text))


def tex_to_text(text: str) -> str:
    """Return ``text`` as plain text, for places that take no markup, not escaped.

    >>> tex_to_text("139 fb$^{-1}$ at $m_{1/2}$")
    '139 fb⁻¹ at m_1/2'
    """
    return _plain(_parsed(text))


def _parsed(text: str) -> list[Node]:
    r"""Parse what is between dollar signs; a dollar sign alone, or ``\$``, is a dollar sign."""
    nodes: list[Node] = []
    end = 0
    for match in MATH.finditer(text):
        nodes.append(text[end : match.start()].replace(r"\$", "$"))
        nodes += _group(TOKEN.finditer(match[1]))
        end = match.end()
    return [*nodes, text[end:].replace(r"\$", "$")]


def _group(tokens: Iterator[re.Match[str]]) -> list[Node]:
    """Parse up to the brace that closes this group, or to the end."""
    nodes: list[Node] = []
    for token in tokens:
        if token[3] == "}":
            break
        nodes += _atom(token, tokens)
    return nodes


def _atom(token: re.Match[str], tokens: Iterator[re.Match[str]]) -> list[Node]:
    """Parse one symbol, group, accent or script."""
    command = token[1] or token[2]
    if token[3] == "{":
        return _group(tokens)
    if token[3] in {"^", "_"}:
        return [Script(token[3], _argument(tokens))]
    if command in ACCENTS:
        nodes = _argument(tokens)
        if nodes and isinstance(nodes[0], str):
            nodes[0] = "".join(letter + ACCENTS[command] for letter in nodes[0])
        return nodes
    if command is not None:
        return [] if command in LOOKS else [SYMBOLS.get(command, command)]
    return [{"-": "−", "~": "\u00a0", "'": "′"}.get(token[4], token[4] or "")]


def _argument(tokens: Iterator[re.Match[str]]) -> list[Node]:
    """Parse what a script or an accent applies to; at the end of the text that is nothing."""
    token = next(tokens, None)
    while token is not None and (token[4] == " " or token[1] in LOOKS):
        token = next(tokens, None)
    return [] if token is None else _atom(token, tokens)


def _html(nodes: list[Node]) -> Markup:
    parts = []
    position = 0
    while position < len(nodes):
        node = nodes[position]
        following = nodes[position + 1] if position + 1 < len(nodes) else ""
        if isinstance(node, str):
            parts.append(escape(node))
        elif isinstance(following, Script) and following.mark != node.mark:
            # One above the other, the superscript first, as in a formula.
            upper, lower = (node, following) if node.mark == "^" else (following, node)
            parts.append(
                Markup('<span class="scripts">{}{}</span>').format(_html([upper]), _html([lower]))
            )
            position += 1
        else:
            tag = Markup("<sup>{}</sup>") if node.mark == "^" else Markup("<sub>{}</sub>")
            parts.append(tag.format(_html(node.content)))
        position += 1
    return Markup("").join(parts)


def _plain(nodes: list[Node]) -> str:
    return "".join(node if isinstance(node, str) else _plain_script(node) for node in nodes)


def _plain_script(script: Script) -> str:
    """Use Unicode's small digits if it has all that are needed."""
    text = _plain(script.content)
    small = SUPERSCRIPTS if script.mark == "^" else SUBSCRIPTS
    if all(ord(letter) in small for letter in text):
        return text.translate(small)
    return text if script.mark == "^" else f"_{text}"
