"""The toys of the point where they say most."""

import sys
from typing import TYPE_CHECKING

from fitscan.figures.base import Drawn, Figure

if TYPE_CHECKING:
    from fitscan.figures.inputs import Inputs

__all__ = ["TOYS"]


def draw(inputs: "Inputs") -> Drawn:
    """Draw the distributions of the test statistic and of the fitted signal strength."""
    from pathlib import Path

    from fitscan.formats import significant
    from fitscan.plan.rows import scan_rows
    from fitscan.plan.scan import read_scan
    from fitscan.plots import draw_no_toys, draw_toys
    from fitscan.statistics.asymptotics import sqrt_q_asimov_at
    from fitscan.tables.toys import distributions_table, shown_toys

    number = shown_toys(inputs.results, test_size=inputs.figures["test_size"])
    if number is None:
        return draw_no_toys(inputs.title, colors=inputs.colors), distributions_table(None)
    rows = scan_rows(read_scan(Path(inputs.file("plan"))), map(Path, inputs.files["shards"]))
    point, distributions = inputs.results.iloc[number], rows[number]["distributions"]
    by = (("toys", "CLs_obs"), ("asymptotic", "CLs_obs_asymptotic"))
    numbers = [f"{significant(point[column], 3)} ({name})" for name, column in by]
    picture = draw_toys(
        distributions,
        q_obs=float(point["q_obs"]),
        # A CLs too small to be a number is next to nothing all the same.
        sqrt_q_asimov=sqrt_q_asimov_at(
            0.0, max(float(point["CLs_exp_0_asymptotic"]), sys.float_info.min)
        ),
        mu_test=inputs.settings["mu_test"],
        test_stat=inputs.settings["test_stat"],
        title=inputs.title,
        lines=[f"{point['name']}: CL$_{{s}}$ {', '.join(numbers)}", inputs.method],
        colors=inputs.colors,
    )
    return picture, distributions_table(distributions)


TOYS = Figure(
    "toys",
    label="toys",
    draw=draw,
    applies=lambda scan: scan.kind == "toys",
    needs=("results", "plan", "shards"),
)
