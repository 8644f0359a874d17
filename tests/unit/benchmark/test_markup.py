"""Texts in tables."""

import re

import pandas as pd

from fitscan.benchmark.markup import as_markdown, as_tex

NASTY = {"a": [r"x|y_z & 50% <b> \end{table} $1$ ~^#`c`", "1.0 ± 0.1"], "b_c": ["1", "2"]}


def test_markdown_shows_texts_as_they_are():
    page = as_markdown(pd.DataFrame(NASTY), pd.DataFrame(), ["a | b_c"])
    row = next(line for line in page.splitlines() if "50%" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 3  # the borders of two cells
    assert r"x\|y\_z \& 50% \<b\> \\end\{table\}" in row
    assert r"- a \| b\_c" in page


def test_tex_sets_texts_as_they_are():
    text = as_tex(pd.DataFrame(NASTY), pd.DataFrame(), ["100% of <it>"])
    row = next(line for line in text.splitlines() if r"50\%" in line)
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert r"y\_z \& 50\% \textless{}b\textgreater{} \textbackslash{}end\{table\}" in row
    assert r"\$1\$ \textasciitilde{}\textasciicircum{}\#" in row
    assert r"1.0 $\pm$ 0.1 & 2 \\" in text
    assert r"100\% of \textless{}it\textgreater{}" in text
    for rule in ("toprule", "midrule", "bottomrule"):
        assert text.count(f"\\{rule}") == 1
