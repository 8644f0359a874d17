"""``fitscan fit`` says what ``Likelihood.fit`` finds, with all tables in JSON."""

import pandas as pd
import pytest

import fitscan as package

SIGNAL = "m_200_0.json"


@pytest.mark.parametrize("mu", [None, 0.5])
def test_answer_is_that_of_python(answer, mu):
    expected = package.Likelihood("workspace.json").fit(SIGNAL, mu=mu)
    found = answer("fit", "workspace.json", SIGNAL, *([] if mu is None else ["--mu", str(mu)]))
    for name in ("mu", "mu_hat", "nll", "status", "message"):
        assert found[name] == getattr(expected, name)
    for name in ("parameters", "correlations"):
        table = pd.DataFrame.from_dict(found[name], orient="index").replace({None: float("nan")})
        pd.testing.assert_frame_equal(
            table.loc[getattr(expected, name).index],
            getattr(expected, name),
            check_names=False,
            check_dtype=False,
        )
    pd.testing.assert_frame_equal(pd.DataFrame(found["yields"]), expected.yields, check_dtype=False)


def test_table_has_a_line_for_each_parameter(fitscan):
    expected = package.Likelihood("workspace.json").fit(SIGNAL).parameters
    said = fitscan("fit", "workspace.json", SIGNAL).stdout
    above, below = said.split("\n\n")
    assert above.splitlines()[0] == SIGNAL
    assert "status: ok" in above
    rows = [line.split() for line in below.splitlines()]
    assert rows[0] == ["parameter", "fitted", "uncertainty", "pull", "constraint"]
    assert [(row[0], row[1]) for row in rows[1:]] == [
        (name, f"{fitted:.5g}") for name, fitted in expected["fitted"].items()
    ]


def test_background_alone_has_no_signal_strength(answer, fitscan):
    assert answer("fit", "workspace.json")["mu_hat"] is None
    assert (
        "no signal whose strength" in fitscan("fit", "workspace.json", "--mu", "0", status=1).stderr
    )
