import math

import pandas as pd
import pytest

from fitscan.engines.undecided import undecided_points, words_of_undecided


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"CLs_obs": [0.2, 0.1234, 0.15]}, "CLs_obs from 0.123 to 0.2"),
        ({"CLs_obs": [0.1, 0.1019]}, ""),
        ({"CLs_obs": [0.1, 0.1021]}, "CLs_obs from 0.1 to 0.102"),
        ({"mu_up_obs": [50.0, 50.04]}, ""),
        ({"mu_up_obs": [50.0, 50.06]}, "mu_up_obs from 50 to 50.06"),
        ({"mu_up_obs": [math.nan, 1.5]}, "mu_up_obs from 1.5 to none"),
        ({"mu_up_obs": [math.nan, math.nan]}, ""),
        (
            {"CLs_obs": [0.1, 0.2], "mu_up_obs": [2.0, 2.0], "mu_up_exp_0": [1.0, 3.0]},
            "CLs_obs from 0.1 to 0.2, mu_up_exp_0 from 1 to 3",
        ),
    ],
)
def test_answers_are_said_where_they_differ(answers, said):
    words = words_of_undecided(["x", "y"], answers)
    assert words == said or words.endswith(f"equally low minima give {said}")
    assert ("the sign of x, y is undecided" in words) == bool(said)


def test_columns_are_said_to_be_of_what_they_are():
    words = words_of_undecided(["x"], {"CLs_obs": [0.1, 0.2]}, of="asymptotic ")
    assert words.endswith("give asymptotic CLs_obs from 0.1 to 0.2")


def test_points_are_those_whose_message_says_so():
    said = words_of_undecided(["x"], {"CLs_obs": [0.1, 0.2]})
    table = pd.DataFrame(
        {"name": ["a", "b", "c"], "message": [f"flat in 1 direction; {said}", "", float("nan")]}
    )
    assert undecided_points(table) == {"a": said}
