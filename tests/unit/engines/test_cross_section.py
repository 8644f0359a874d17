import pyhf
import pytest
from small import MU, normsys, one_channel, sample

from fitscan.engines.cross_section import SHIFTS, with_parameter_held


@pytest.fixture
def workspace():
    return one_channel(
        sample("signal", [2.0], MU, normsys("theory", 1.3, 0.8)),
        sample("background", [9.0]),
        observed=[9.0],
        parameters=[{"name": "theory", "bounds": [[-1.0, 1.0]]}, {"name": "mu", "inits": [0.5]}],
    )


@pytest.mark.parametrize("value", SHIFTS.values(), ids=SHIFTS)
def test_pyhf_holds_the_parameter_at_the_value(workspace, value):
    model = pyhf.Workspace(with_parameter_held(workspace, "theory", value)).model()
    at = model.config.par_slice("theory").start
    assert model.config.suggested_init()[at] == value
    assert model.config.suggested_fixed()[at]
    # What was said of it before is replaced, and what was said of others stays.
    assert model.config.suggested_init()[model.config.poi_index] == 0.5
    rate = model.expected_actualdata(model.config.suggested_init())[0]
    assert rate == pytest.approx(9.0 + 0.5 * 2.0 * (1.3 if value > 0 else 0.8))


def test_the_workspace_is_left_alone(workspace):
    held = with_parameter_held(workspace, "theory", 1.0)
    assert workspace["measurements"][0]["config"]["parameters"][0].keys() == {"name", "bounds"}
    assert held["channels"] is workspace["channels"]
