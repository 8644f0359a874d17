"""The benchmark as Markdown and as TeX (booktabs); whatever it holds is text there."""

import re
from collections.abc import Sequence

import pandas as pd

__all__ = ["as_markdown", "as_tex"]

_TEX = str.maketrans(
    {
        **{letter: f"\\{letter}" for letter in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "`": r"\textasciigrave{}",
        "±": r"$\pm$",
    }
)

OURS, THEIRS = "Measured here", "Published"


def as_markdown(times: pd.DataFrame, published: pd.DataFrame, said: Sequence[str]) -> str:
    """Return a page with both tables and what there is to say of them.

    Args:
        times: What was measured here; see ``fitscan.benchmark.words``.
        published: What was published; without rows it is left out.
        said: How it was measured.
    """
    parts = ["# Benchmark", f"## {OURS}", _markdown_table(times)]
    if len(published):
        parts += [f"## {THEIRS}", _markdown_table(published)]
    parts += ["## How", "\n".join(f"- {_markdown(sentence)}" for sentence in said)]
    return "\n\n".join(parts) + "\n"


def as_tex(times: pd.DataFrame, published: pd.DataFrame, said: Sequence[str]) -> str:
    r"""Return a table for a document that loads ``booktabs``: two tabulars and notes."""
    tables = [_tex_table(times, OURS)]
    if len(published):
        tables.append(_tex_table(published, THEIRS))
    return "\n".join(
        [
            "% needs \\usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            r"\caption{Wall times of whole scans.}",
            r"\label{tab:fitscan-benchmark}",
            "\n\n\\medskip\n".join(tables),
            "",
            f"\\medskip\n\\parbox{{\\linewidth}}{{\\footnotesize {' '.join(map(_tex, said))}}}",
            r"\end{table}",
            "",
        ]
    )


def _markdown_table(table: pd.DataFrame) -> str:
    rows = [list(table.columns), ["---", *["---:"] * (len(table.columns) - 1)]]
    rows += [[_markdown(str(cell)) for cell in row] for row in table.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _markdown(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|&#])", r"\\\1", " ".join(text.split()))


def _tex_table(table: pd.DataFrame, title: str) -> str:
    rows = [[_tex(str(cell)) for cell in row] for row in table.itertuples(index=False)]
    width = len(table.columns)
    return "\n".join(
        [
            f"\\begin{{tabular}}{{l{'r' * (width - 1)}}}",
            r"\toprule",
            f"\\multicolumn{{{width}}}{{l}}{{{_tex(title)}}} \\\\",
            " & ".join(map(_tex, table.columns)) + r" \\",
            r"\midrule",
            *(" & ".join(row) + r" \\" for row in rows),
            r"\bottomrule",
            r"\end{tabular}",
        ]
    )


def _tex(text: str) -> str:
    """Return a text that TeX sets as it is."""
    return " ".join(text.split()).translate(_TEX)
