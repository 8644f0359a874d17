import pytest
from snakemake.exceptions import WorkflowError

from fitscan.errors import ConfigError
from fitscan.rules import showing_user_errors


def test_a_user_error_has_no_traceback_and_others_are_left_alone():
    @showing_user_errors
    def fail(error):
        raise error

    with pytest.raises(WorkflowError, match="ConfigError: no such key"):
        fail(ConfigError("no such key"))
    with pytest.raises(KeyError):
        fail(KeyError("a"))
